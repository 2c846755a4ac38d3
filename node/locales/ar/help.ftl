# Help of the commands.
