"""The stages of the demo, in the order of the main job."""
