import pytest
from register_files import register_2015, write


@pytest.fixture
def shapefile(tmp_path):
    """A loose Shapefile of four rights, with all its parts."""
    return write(register_2015(), tmp_path / "permis.shp")
