"""What goes on paper: the record for the file, and the client's sheet. Only this room imports reportlab."""
