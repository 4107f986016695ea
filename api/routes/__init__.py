"""The routes of the API: they only translate between HTTP and the register's reader."""
