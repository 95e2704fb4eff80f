"""The program that shuts itself in and becomes the job: tiers without bubblewrap."""
