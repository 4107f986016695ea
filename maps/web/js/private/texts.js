// The sentences of a company's own reference layers, French first.

export const PRIVATE_TEXTS = {
  fr: {
    privateOnly: "Visibles par votre société seule ; aucun contrôle ni document ne les utilise.",
    privateNone: "Aucune couche. Ajoutez vos fosses, usines ou bassins pour les voir en dessinant.",
    privateNoParty: "Aucun titre n’est détenu par votre société.",
    privateManage: "Renommer ou supprimer",
    privateRename: "Renommer",
    privateDelete: "Supprimer",
    privateSure: "Supprimer « {name} » ? Il n’en restera rien.",
    privateGone: "« {name} » est supprimée.",
    privateName: "Nom de la couche",
    privateNew: "Ajouter une couche",
    privateFile: "Fichier (GeoJSON, KML, Shapefile zippé, GeoPackage, CSV ; 10 Mio au plus)",
    privateSend: "Ajouter",
    privateKept: "Couche ajoutée : {n} objets.",
  },
  en: {
    privateOnly: "Seen by your company alone; no check and no document uses them.",
    privateNone: "No layer. Add your pits, plants or ponds to see them while drawing.",
    privateNoParty: "Your company holds no title.",
    privateManage: "Rename or delete",
    privateRename: "Rename",
    privateDelete: "Delete",
    privateSure: "Delete “{name}”? Nothing will be left of it.",
    privateGone: "“{name}” is deleted.",
    privateName: "Name of the layer",
    privateNew: "Add a layer",
    privateFile: "File (GeoJSON, KML, zipped Shapefile, GeoPackage, CSV; 10 MiB at most)",
    privateSend: "Add",
    privateKept: "Layer added: {n} features.",
  },
};
