"""Reports: announcing, building and publishing what the public reads."""
