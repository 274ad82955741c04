"""Home of who members of staff are: passwords, second factors, sessions, roles and what roles may do."""
