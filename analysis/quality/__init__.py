"""The interference radar: detectors on a dataset's answers and field marks, each with its rule."""
