"""Other programs' files, in and out: each format becomes a `project.Project` or is made of one."""
