"""The demo's fieldwork: respondents with known truth, known biases and known planted problems."""
