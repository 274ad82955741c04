"""The instrument engine: a document is compiled into a program, which says what to ask and what is valid."""
