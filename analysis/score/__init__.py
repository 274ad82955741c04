"""From estimates to item scores, indices, composites, periods, grades and the annual score."""
