"""The register in PostGIS: perimeters on both clocks, one writer, one reader."""
