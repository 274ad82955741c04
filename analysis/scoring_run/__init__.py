"""The parts of one scoring run; `analysis.run` puts them together."""
