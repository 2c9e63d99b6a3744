"""What columns are usually called, in five languages: a first proposal for which column is which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collectors.mapping import FIELDS, plain_name

USUAL: Mapping[str, Sequence[str]] = {
    "external_id": ("id", "review id", "order id", "nummer", "identifiant", "identificador"),
    "subject": (
        "product", "product id", "product name", "item", "sku", "place", "location", "produkt", "artikel",
        "artikelnummer", "standort", "vestiging", "produit", "article", "producto", "artículo",
    ),
    "author": (
        "name", "reviewer", "reviewer name", "author name", "customer", "customer name", "display name", "kunde",
        "kundenname", "autor", "klant", "naam", "auteur", "client", "nom", "nombre", "cliente",
    ),
    "role": ("job title", "position", "function", "funktion", "functie", "fonction", "poste", "cargo"),
    "company": ("organisation", "organization", "firma", "unternehmen", "bedrijf", "entreprise", "société", "empresa"),
    "rating": (
        "stars", "star rating", "score", "points", "bewertung", "sterne", "note", "beoordeling", "sterren", "cijfer",
        "étoiles", "évaluation", "puntuación", "estrellas", "calificación",
    ),
    "title": ("headline", "review title", "subject line", "summary", "titel", "überschrift", "kop", "titre", "título"),
    "body": (
        "review", "review text", "review body", "text", "content", "comment", "comments", "feedback", "message",
        "testimonial", "quote", "opinion", "kommentar", "bewertungstext", "tekst", "inhoud", "opmerking", "commentaire",
        "texte", "avis", "comentario", "texto", "reseña", "opinión",
    ),
    "language": ("lang", "locale", "sprache", "taal", "langue", "idioma"),
    "written_at": (
        "date", "created", "created at", "review date", "submitted", "submitted at", "published", "timestamp", "datum",
        "erstellt", "fecha", "écrit le",
    ),
    "verified": ("verified purchase", "verified buyer", "is verified", "verifiziert", "geverifieerd", "vérifié"),
    "url": ("link", "review url", "permalink", "address", "adresse"),
    "reply": ("owner reply", "response", "answer", "antwort", "antwoord", "réponse", "respuesta"),
    "email": ("mail", "e-mail", "e-mail address", "email address", "reviewer email", "e-mail-adresse", "e-mailadres"),
    "phone": ("telephone", "phone number", "telefon", "telefoon", "téléphone", "teléfono"),
    "pictures": ("images", "photos", "picture urls", "image urls", "bilder", "fotos", "afbeeldingen"),
    "tags": ("labels", "keywords", "schlagwörter", "trefwoorden", "étiquettes", "etiquetas"),
    "helpful": ("helpful votes", "likes", "votes"),
}  # fmt: skip
"""By field; a column that is called like the field itself needs no other name."""


def proposed(columns: Sequence[str]) -> Mapping[str, str]:
    """For each field the first column that is called like it, or else by one of its usual names; each column once."""
    by_name = {plain_name(column): column for column in reversed(columns)}
    found: dict[str, str] = {field: by_name[plain_name(field)] for field in FIELDS if plain_name(field) in by_name}
    for field in FIELDS:
        if field not in found:
            named = (by_name.get(plain_name(each)) for each in USUAL.get(field, ()))
            free = next((column for column in named if column and column not in found.values()), None)
            if free:
                found[field] = free
    return {field: found[field] for field in FIELDS if field in found}
