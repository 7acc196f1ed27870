"""What a template says that no schema says: its first sheet, and hints on identifiers and references."""

from dataclasses import dataclass

from csodata.dataset import Dataset
from csodata.messages import Language
from csodata.validation.forms import READ_ME_SHEETS


@dataclass(frozen=True)
class Words:
    """The words of a template in one language."""

    sheet: str
    """Name of the first sheet."""
    title: str
    sentences: list[str]
    """What the first sheet says; the last is the licence."""
    meanings: str
    """Above what the choices of the lists mean."""
    meaning: str
    """A choice and what it means."""
    label: str
    """Hint on a row's own identifier."""
    reference: str
    """Hint on a column that points to another row."""


def words(dataset: Dataset, lang: Language) -> Words:
    """Return the words of a template for a dataset."""
    licence = "{name} ({path})".format_map(dataset.descriptor["licenses"][0])
    return (_french if lang == "fr" else _english)(dataset.version, licence)


def _english(version: str, licence: str) -> Words:
    return Words(
        sheet=READ_ME_SHEETS["en"],
        title=f"csodata {version}: your rows for the dataset",
        sentences=[
            "1. Each sheet is a table and each row a fact: write from row 4 on (row 3 is an example, which is not "
            "read); columns with a * are required, and what the source does not say stays empty.",
            "2. Every row needs its evidence: give in its last columns the source, the place in the source, and "
            "whether it says so or you conclude it; a new source is added to the sheet sources.",
            "3. Leave the identifier of a new row empty, or write new- and a number, such as new-1, which other "
            "rows may then use; a list offers what is there already and forbids nothing; what its choices mean "
            "stands below.",
            "4. Write dates as the source has them: 2019-10-09, 2019-10 or 2019; sum up in your own words, without "
            "names of persons, e-mail addresses or telephone numbers.",
            "5. Check your file before you send it: csodata validate FILE",
            f"By sending rows you agree that they are published under {licence}.",
        ],
        meanings="What the choices in the lists mean",
        meaning="{}: {}",
        label="May stay empty: the identifier is made later. If other rows of this workbook point to this one, write "
        "new- and a number here, such as new-1; anything else would stay as the identifier.",
        reference="Choose from the list, or write the name or the label (new-1) of a row of this workbook.",
    )


def _french(version: str, licence: str) -> Words:
    return Words(
        sheet=READ_ME_SHEETS["fr"],
        title=f"csodata {version} : vos lignes pour le jeu de données",
        sentences=[
            "1. Chaque feuille est une table et chaque ligne un fait : écrivez à partir de la ligne 4 (la ligne 3 est "
            "un exemple, qui n’est pas lu) ; les colonnes marquées d’un * sont obligatoires, et ce que la source ne "
            "dit pas reste vide.",
            "2. Chaque ligne a besoin d’une preuve : indiquez dans ses dernières colonnes la source, l’endroit dans "
            "la source, et si elle le dit ou si vous le déduisez ; une nouvelle source s’ajoute à la feuille sources.",
            "3. Laissez vide l’identifiant d’une nouvelle ligne, ou écrivez new- et un nombre, comme new-1, "
            "que d’autres lignes peuvent reprendre ; une liste propose ce qui existe déjà et n’interdit rien ; le sens "
            "des choix figure plus bas.",
            "4. Écrivez les dates comme la source les donne : 2019-10-09, 2019-10 ou 2019 ; résumez avec vos mots, "
            "sans nom de personne, adresse électronique ni numéro de téléphone.",
            "5. Vérifiez votre fichier avant de l’envoyer : csodata validate FICHIER --lang fr",
            f"En envoyant des lignes, vous acceptez qu’elles soient publiées sous la licence {licence}.",
        ],
        meanings="Ce que veulent dire les choix des listes",
        meaning="{}\u00a0: {}",
        label="Peut rester vide : l’identifiant est créé plus tard. Si d’autres lignes de ce classeur renvoient à "
        "celle-ci, écrivez ici new- et un nombre, comme new-1 ; tout autre texte resterait comme "
        "identifiant.",
        reference="Choisissez dans la liste, ou écrivez le nom ou l’étiquette (new-1) d’une ligne de ce classeur.",
    )
