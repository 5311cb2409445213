"""Floor 2: SQL. One schema, SQLAlchemy Core, migrations; nothing above writes SQL."""
