"""Why a raster is refused, in French and English, each with what to do about it."""

from __future__ import annotations

from enum import StrEnum

from geo.errors import RasterRefused
from geo.law.values import Bilingual


class Why(StrEnum):
    """What is wrong with a raster; the value is the name that programs read."""

    NOT_FOUND = "not_found"
    ADDRESS_REFUSED = "address_refused"
    ADDRESS_FAILED = "address_failed"
    NOT_A_RASTER = "not_a_raster"
    DAMAGED = "damaged"
    NO_BAND = "no_band"
    UNKNOWN_BAND = "unknown_band"
    COMPLEX_VALUES = "complex_values"
    TOO_LARGE = "too_large"
    BLOCK_TOO_LARGE = "block_too_large"
    NO_CRS = "no_crs"
    CRS_UNUSABLE = "crs_unusable"
    CRS_DIFFERS = "crs_differs"
    NO_TRANSFORM = "no_transform"
    ROTATED = "rotated"
    MIRRORED = "mirrored"
    ANTIMERIDIAN = "antimeridian"
    OUTSIDE_WORLD = "outside_world"
    ALL_NODATA = "all_nodata"
    NOT_PROBABILITY = "not_probability"
    NEGATIVE_HECTARES = "negative_hectares"
    TOO_MANY_OBJECTS = "too_many_objects"
    TOO_MANY_CARRES = "too_many_carres"
    GRIDS_DIFFER = "grids_differ"
    NO_COMMON_GROUND = "no_common_ground"


_WORDS: dict[Why, tuple[Bilingual, Bilingual]] = {
    Why.NOT_FOUND: (
        Bilingual("aucun fichier lisible de ce nom", "there is no such file that can be read"),
        Bilingual("Vérifiez le chemin.", "Check the path."),
    ),
    Why.ADDRESS_REFUSED: (
        Bilingual("cette adresse n'est pas lue ({detail})", "that address is not read ({detail})"),
        Bilingual(
            "Donnez une adresse http(s) publique et finale, ou un fichier ; "
            "un administrateur peut permettre les adresses privées.",
            "Give a public, final http(s) address, or a file; "
            "an administrator may allow private addresses.",
        ),
    ),
    Why.ADDRESS_FAILED: (
        Bilingual(
            "le serveur n'a pas donné le fichier ({detail})",
            "the server did not give the file ({detail})",
        ),
        Bilingual(
            "Il doit répondre aux requêtes par plages d'octets ; sinon, téléchargez le fichier.",
            "It must answer requests for ranges of bytes; else download the file.",
        ),
    ),
    Why.NOT_A_RASTER: (
        Bilingual("ce n'est pas un raster que l'on lit", "it is no raster that is read"),
        Bilingual(
            "Donnez un GeoTIFF ou COG, un JPEG 2000, un Erdas Imagine ou une grille Arc/Info "
            "ASCII ; pour un autre format : gdal_translate ENTRÉE SORTIE.tif.",
            "Give a GeoTIFF or COG, JPEG 2000, Erdas Imagine or Arc/Info ASCII grid; "
            "for another format: gdal_translate INPUT OUTPUT.tif.",
        ),
    ),
    Why.DAMAGED: (
        Bilingual("il ne peut être lu en entier", "it cannot be read to its end"),
        Bilingual("Envoyez-le à nouveau, entier.", "Send it again, whole."),
    ),
    Why.NO_BAND: (
        Bilingual("il n'a aucune bande", "it has no band"),
        Bilingual(
            "S'il contient plusieurs jeux, extrayez-en un avec gdal_translate.",
            "If it holds several data sets, extract one with gdal_translate.",
        ),
    ),
    Why.UNKNOWN_BAND: (
        Bilingual("il n'a pas de bande « {band} »", "it has no band “{band}”"),
        Bilingual("Ses bandes : {bands}.", "Its bands: {bands}."),
    ),
    Why.COMPLEX_VALUES: (
        Bilingual("ses valeurs sont des nombres complexes", "its values are complex numbers"),
        Bilingual("Donnez l'amplitude (une valeur réelle).", "Give the magnitude (a real value)."),
    ),
    Why.TOO_LARGE: (
        Bilingual(
            "{width} × {height} pixels, c'est démesuré", "{width} × {height} pixels is absurd"
        ),
        Bilingual(
            "Découpez-le : au plus {side} de côté et {pixels} en tout.",
            "Split it: at most {side} a side and {pixels} in all.",
        ),
    ),
    Why.BLOCK_TOO_LARGE: (
        Bilingual(
            "un seul bloc du fichier tient {mebibytes} Mio en mémoire",
            "one block of the file takes {mebibytes} MiB of memory",
        ),
        Bilingual(
            "Réécrivez-le en tuiles : gdal_translate -of COG ENTRÉE SORTIE.tif.",
            "Rewrite it in tiles: gdal_translate -of COG INPUT OUTPUT.tif.",
        ),
    ),
    Why.NO_CRS: (
        Bilingual("aucun système de coordonnées", "no coordinate reference system"),
        Bilingual(
            "Nommez-le si vous le connaissez, par exemple --crs EPSG:32735.",
            "Name it if you know it, for example --crs EPSG:32735.",
        ),
    ),
    Why.CRS_UNUSABLE: (
        Bilingual(
            "son système de coordonnées ne mène pas à une longitude et une latitude",
            "its coordinate reference system leads to no longitude and latitude",
        ),
        Bilingual(
            "Projetez-le, par exemple gdalwarp -t_srs EPSG:4326.",
            "Project it, for example gdalwarp -t_srs EPSG:4326.",
        ),
    ),
    Why.CRS_DIFFERS: (
        Bilingual("il dit {own}, vous dites {told}", "it says {own}, you say {told}"),
        Bilingual(
            "Corrigez le fichier (gdal_edit.py -a_srs) ou retirez --crs.",
            "Correct the file (gdal_edit.py -a_srs) or leave --crs out.",
        ),
    ),
    Why.NO_TRANSFORM: (
        Bilingual("rien ne dit où ses pixels se trouvent", "nothing says where its pixels lie"),
        Bilingual(
            "Géoréférencez-le ; avec des points de contrôle : gdalwarp.",
            "Georeference it; with control points: gdalwarp.",
        ),
    ),
    Why.ROTATED: (
        Bilingual("sa grille est tournée ou inclinée", "its grid is rotated or sheared"),
        Bilingual("Redressez-le avec gdalwarp.", "Straighten it with gdalwarp."),
    ),
    Why.MIRRORED: (
        Bilingual("ses colonnes vont d'est en ouest", "its columns run from east to west"),
        Bilingual("Redressez-le avec gdalwarp.", "Straighten it with gdalwarp."),
    ),
    Why.ANTIMERIDIAN: (
        Bilingual(
            "il passe l'antiméridien (180°) ou un pôle",
            "it lies across the antimeridian (180°) or a pole",
        ),
        Bilingual(
            "Coupez-le à 180° en deux rasters, de longitudes entre -180 et 180.",
            "Cut it at 180° into two rasters, with longitudes from -180 to 180.",
        ),
    ),
    Why.OUTSIDE_WORLD: (
        Bilingual(
            "ses coordonnées sortent du monde ({bounds})",
            "its coordinates lie outside the world ({bounds})",
        ),
        Bilingual(
            "Vérifiez sa position et son système de coordonnées.",
            "Check its position and its coordinate reference system.",
        ),
    ),
    Why.ALL_NODATA: (
        Bilingual(
            "tous ses pixels sont sans donnée : rien n'y a été relevé",
            "all its pixels are nodata: nothing was surveyed there",
        ),
        Bilingual(
            "Vérifiez la bande et la valeur nodata ({nodata}) ; ce n'est pas une absence "
            "d'activité.",
            "Check the band and the nodata value ({nodata}); it is no absence of activity.",
        ),
    ),
    Why.NOT_PROBABILITY: (
        Bilingual(
            "la valeur {value} n'est pas une probabilité de 0 à 1",
            "the value {value} is no probability from 0 to 1",
        ),
        Bilingual(
            "Si ce sont des pour cent, dites --scale 0.01 ; sinon --kind value.",
            "If it is in percent, say --scale 0.01; else --kind value.",
        ),
    ),
    Why.NEGATIVE_HECTARES: (
        Bilingual(
            "il contient {value} hectare, moins que rien",
            "it holds {value} hectares, less than nothing",
        ),
        Bilingual(
            "Déclarez cette valeur comme nodata, ou changez --kind.",
            "Declare that value as nodata, or change --kind.",
        ),
    ),
    Why.TOO_MANY_OBJECTS: (
        Bilingual("plus de {limit} objets", "more than {limit} objects"),
        Bilingual(
            "Élevez le seuil ou la surface minimale.", "Raise the threshold or the minimum area."
        ),
    ),
    Why.TOO_MANY_CARRES: (
        Bilingual(
            "ses pixels ne divisent pas les carrés, et il en touche {count}",
            "its pixels do not divide carrés, and it meets {count} of them",
        ),
        Bilingual(
            "Au plus {limit} : découpez-le, ou demandez par droit ou par province.",
            "At most {limit}: cut it, or ask by right or by province.",
        ),
    ),
    Why.GRIDS_DIFFER: (
        Bilingual(
            "sa grille n'est pas celle de {other} ({detail})",
            "its grid is not that of {other} ({detail})",
        ),
        Bilingual(
            "Dites --resample nearest pour lire {other} sur la grille de celui-ci (classes et "
            "seuils seulement), ou rééchantillonnez vous-même.",
            "Say --resample nearest to read {other} on this one's grid (classes and thresholds "
            "only), or resample it yourself.",
        ),
    ),
    Why.NO_COMMON_GROUND: (
        Bilingual(
            "aucun pixel n'est relevé aux deux dates avec {other}",
            "no pixel is surveyed on both dates with {other}",
        ),
        Bilingual(
            "Rien ne se compare ; ce n'est pas une absence de changement.",
            "Nothing compares; it is no absence of change.",
        ),
    ),
}


def refused(name: str, why: Why, **facts: object) -> RasterRefused:
    """Return the refusal of the raster called ``name``; ``facts`` fill its words."""
    reason, remedy = _WORDS[why]
    fr = f"{name} : {reason.fr.format(**facts)}. {remedy.fr.format(**facts)}"
    return RasterRefused(name, why, reason.en.format(**facts), remedy.en.format(**facts), fr)
