"""The one table of what keys do: from it come the keys, the bar under each screen and the help page.

A key's time is the event's own. Textual stamps a key in its input thread, so the time survives a busy screen; an action
of a binding would not be told it, therefore pages look their keys up here instead of declaring bindings.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

import msgspec

from teststation.i18n import N_

DEBOUNCE_S = 0.6
"""A go key so soon after the last is a bounce or a held key (measured: a held space repeats every 28–40 ms)."""


class Act(enum.StrEnum):
    """What a key can ask for; the id is what a user's own keys are kept by."""

    GO = "go"
    BACK = "back"
    UNDO = "undo"
    FALL = "fall"
    PICK = "pick"
    SENSOR = "sensor"
    SENSORS = "sensors"
    CALIBRATE = "calibrate"
    HAND = "hand"
    STOPWATCH = "stopwatch"
    REPEAT = "repeat"
    INVALID = "invalid"
    UNABLE = "unable"
    MARKS = "marks"
    EARLIER = "earlier"
    LATER = "later"
    BIT_EARLIER = "bit_earlier"
    BIT_LATER = "bit_later"
    DISAGREE = "disagree"
    OTHERS = "others"
    TREND = "trend"
    YES = "yes"
    NO = "no"
    NONE = "none"
    SKIP = "skip"
    WALK = "walk"
    MORE = "more"
    SOMETHING = "something"
    OVERRIDE = "override"
    SCREENING = "screening"
    KIND = "kind"
    NO_PRACTICE = "no_practice"
    SUMMARY = "summary"
    PAPERS = "papers"
    CONCLUSION = "conclusion"
    NOTE = "note"
    RECORD_TEXT = "record_text"
    COPY = "copy"
    CONSENT = "consent"
    DISCARD = "discard"
    CLIENT_VIEW = "client_view"
    READ_ALOUD = "read_aloud"
    DELAY = "delay"
    TONE = "tone"
    FASTER = "faster"
    TO_END = "to_end"
    RECORDINGS = "recordings"
    UP = "up"
    DOWN = "down"
    DEMO = "demo"
    DECLINE = "decline"
    FORGOTTEN = "forgotten"
    OTHER = "other"
    ACCESS = "access"
    LOCK = "lock"
    DATA = "data"
    BACKUP = "backup"
    OVERDUE = "overdue"
    EXPORT = "export"
    MOVE = "move"
    CORRECT = "correct"
    ERASE = "erase"
    MAKE = "make"
    RESTORE = "restore"
    VERIFY = "verify"
    IMPORT = "import"
    SETTINGS = "settings"
    CHANGE = "change"
    LANGUAGE = "language"
    HELP = "help"
    QUIT = "quit"


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One row: the keys of an action, how they are called, and what it does.

    Parameters
    ----------
    keys : Textual's names of the keys
    shown : the keys as the bar shows them
    label : in a word or two, where a page has no better one
    explanation : for the help page
    typed : the keys and their name on a page with fields, where letters are text
    """

    act: Act
    keys: tuple[str, ...]
    shown: str
    label: str
    explanation: str
    typed: tuple[str, ...] = ()
    typed_shown: str = ""


ACTIONS: tuple[Action, ...] = (
    Action(
        act=Act.GO,
        keys=("space", "pagedown"),
        shown=N_("Spatie"),
        label=N_("verder"),
        explanation=N_("verder, start en stop; ook PageDown, clicker of voetpedaal"),
        typed=("enter", "pagedown"),
        typed_shown=N_("Enter"),
    ),
    Action(
        act=Act.FALL,
        keys=("f",),
        shown="F",
        label=N_("val of hulp"),
        explanation=N_("val, pijn, duizelig of lukt niet: overal, altijd"),
        typed=("f12",),
        typed_shown="F12",
    ),
    Action(
        act=Act.UNDO,
        keys=("u",),
        shown="U",
        label=N_("ongedaan"),
        explanation=N_("maakt de laatste start, streep of stop ongedaan"),
    ),
    Action(
        act=Act.PICK,
        keys=tuple("123456789"),
        shown="1–9",
        label=N_("kies"),
        explanation=N_("kiest uit een genummerde lijst"),
    ),
    Action(
        act=Act.YES,
        keys=("j", "y"),
        shown="J",
        label=N_("ja"),
        explanation=N_("antwoordt ja op de gemerkte regel, of opent hem om te typen"),
    ),
    Action(
        act=Act.NO,
        keys=("n",),
        shown="N",
        label=N_("nee"),
        explanation=N_("antwoordt nee op de gemerkte regel"),
    ),
    Action(
        act=Act.NONE,
        keys=("0",),
        shown="0",
        label=N_("niets hiervan"),
        explanation=N_("antwoordt nee op alles wat nog open is, en gaat verder"),
    ),
    Action(
        act=Act.MORE,
        keys=("m",),
        shown="M",
        label=N_("meer"),
        explanation=N_("toont alle vragen en instrumenten"),
    ),
    Action(
        act=Act.SOMETHING,
        keys=("n",),
        shown="N",
        label=N_("wel iets"),
        explanation=N_("vraagt na wat er tegen testen pleit"),
    ),
    Action(
        act=Act.OVERRIDE,
        keys=("t",),
        shown="T",
        label=N_("toch testen"),
        explanation=N_("test ondanks een reden om het niet te doen; vraagt waarom"),
    ),
    Action(
        act=Act.KIND,
        keys=("k",),
        shown="K",
        label=N_("soort bezoek"),
        explanation=N_("wisselt tussen screening, eerste bezoek en vervolg"),
    ),
    Action(
        act=Act.SCREENING,
        keys=("d",),
        shown="D",
        label=N_("screening"),
        explanation=N_("begint een screening: een code, een test, een blad"),
    ),
    Action(
        act=Act.SENSOR,
        keys=("s",),
        shown="S",
        label=N_("sensortijd"),
        explanation=N_("neemt de tijd van de sensor, met reden"),
    ),
    Action(
        act=Act.SENSORS,
        keys=("k",),
        shown="K",
        label=N_("sensor kiezen"),
        explanation=N_("toont welke sensoren in de buurt zijn"),
    ),
    Action(
        act=Act.CALIBRATE,
        keys=("i",),
        shown="I",
        label=N_("ijken"),
        explanation=N_("meet na of de sensor klopt: een nieuwe, en elke maand"),
    ),
    Action(
        act=Act.HAND,
        keys=("h",),
        shown="H",
        label=N_("handtijd"),
        explanation=N_("neemt de tijd van de toets, met reden"),
    ),
    Action(
        act=Act.STOPWATCH,
        keys=("t",),
        shown="T",
        label=N_("stopwatch"),
        explanation=N_("typt de tijd van uw eigen stopwatch in"),
    ),
    Action(
        act=Act.REPEAT,
        keys=("r",),
        shown="R",
        label=N_("nog een poging"),
        explanation=N_("doet nog een poging; deze blijft bewaard"),
    ),
    Action(
        act=Act.INVALID,
        keys=("x",),
        shown="X",
        label=N_("ongeldig"),
        explanation=N_("telt deze poging niet mee, met reden"),
    ),
    Action(
        act=Act.UNABLE,
        keys=("n",),
        shown="N",
        label=N_("niet gelukt"),
        explanation=N_("zegt hoe de poging misging: niet kunnen is een bevinding"),
    ),
    Action(
        act=Act.MARKS,
        keys=("m",),
        shown="M",
        label=N_("momenten"),
        explanation=N_("laat de momenten zien die de sensor vond, om te verschuiven"),
    ),
    Action(
        act=Act.EARLIER,
        keys=("left",),
        shown="← →",
        label=N_("0,1 s"),
        explanation=N_("zet het gekozen moment 0,1 s eerder of later"),
    ),
    Action(
        act=Act.LATER,
        keys=("right",),
        shown="→",
        label=N_("0,1 s later"),
        explanation=N_("zet het gekozen moment 0,1 s later"),
    ),
    Action(
        act=Act.BIT_EARLIER,
        keys=("minus",),
        shown="− +",
        label=N_("0,01 s"),
        explanation=N_("zet het gekozen moment 0,01 s eerder of later"),
    ),
    Action(
        act=Act.BIT_LATER,
        keys=("plus", "equals_sign"),
        shown="+",
        label=N_("0,01 s later"),
        explanation=N_("zet het gekozen moment 0,01 s later"),
    ),
    Action(
        act=Act.DISAGREE,
        keys=("x",),
        shown="X",
        label=N_("klopt niet"),
        explanation=N_("zegt dat u de bevinding niet onderschrijft, met reden"),
    ),
    Action(
        act=Act.OTHERS,
        keys=("a",),
        shown="A",
        label=N_("andere bronnen"),
        explanation=N_("toont wat andere bronnen dan de richtlijn zeggen"),
    ),
    Action(
        act=Act.TREND,
        keys=("v",),
        shown="V",
        label=N_("verloop"),
        explanation=N_("toont elke meting over de bezoeken, met de meetfout"),
    ),
    Action(
        act=Act.SKIP,
        keys=("o",),
        shown="O",
        label=N_("overslaan"),
        explanation=N_("slaat deze test over, met reden"),
    ),
    Action(
        act=Act.WALK,
        keys=("w",),
        shown="W",
        label=N_("lopen en praten"),
        explanation=N_("neemt lopen en praten op met de sensor: een wenk, geen tijd"),
    ),
    Action(
        act=Act.NO_PRACTICE,
        keys=("n",),
        shown="N",
        label=N_("niet oefenen"),
        explanation=N_("begint zonder oefenpoging"),
    ),
    Action(
        act=Act.SUMMARY,
        keys=("s",),
        shown="S",
        label=N_("samenvatting"),
        explanation=N_("sluit de tests af en toont het hele bezoek"),
    ),
    Action(
        act=Act.PAPERS,
        keys=("p",),
        shown="P",
        label=N_("verslag en blad"),
        explanation=N_("maakt het verslag en het blad voor de cliënt, als pdf"),
    ),
    Action(
        act=Act.CONCLUSION,
        keys=("c",),
        shown="C",
        label=N_("conclusie"),
        explanation=N_("toont waar het bezoek op uitkomt: probleemgebieden, wie u inlicht, advies"),
    ),
    Action(
        act=Act.NOTE,
        keys=("n",),
        shown="N",
        label=N_("notitie"),
        explanation=N_("typt uw eigen notitie bij dit bezoek: voor het dossier, in geen brief"),
    ),
    Action(
        act=Act.RECORD_TEXT,
        keys=("d",),
        shown="D",
        label=N_("dossiertekst"),
        explanation=N_("toont het bezoek als korte tekst voor uw dossiersysteem"),
    ),
    Action(
        act=Act.COPY,
        keys=("k",),
        shown="K",
        label=N_("kopiëren"),
        explanation=N_("zet de tekst op het klembord, waar de terminal dat toelaat"),
    ),
    Action(
        act=Act.CONSENT,
        keys=("t",),
        shown="T",
        label=N_("toestemming"),
        explanation=N_("toont waarmee de cliënt akkoord is, en verandert het"),
    ),
    Action(
        act=Act.DISCARD,
        keys=("w",),
        shown="W",
        label=N_("weggooien"),
        explanation=N_("gooit een onafgemaakte meting weg, voorgoed"),
    ),
    Action(
        act=Act.CLIENT_VIEW,
        keys=("c",),
        shown="C",
        label=N_("cliëntscherm"),
        explanation=N_("toont een rustig scherm dat de cliënt mag zien"),
    ),
    Action(
        act=Act.READ_ALOUD,
        keys=("e",),
        shown="E",
        label=N_("voorlezen in het Engels"),
        explanation=N_("wisselt de taal van de voorleestekst"),
    ),
    Action(
        act=Act.DELAY,
        keys=("d",),
        shown="D",
        label=N_("startuitstel"),
        explanation=N_("start 3, 10 of 20 s na de toets, met aftellen; de sensor stopt"),
    ),
    Action(
        act=Act.TONE,
        keys=("g",),
        shown="G",
        label=N_("toon"),
        explanation=N_("laat bij de start ook een toon klinken; vraagt eerst of hij gehoord wordt"),
    ),
    Action(
        act=Act.FASTER,
        keys=("v",),
        shown="V",
        label=N_("×4 sneller"),
        explanation=N_("simulatie: viermaal zo snel, en terug"),
    ),
    Action(
        act=Act.TO_END,
        keys=("e",),
        shown="E",
        label=N_("naar het einde"),
        explanation=N_("simulatie: speelt de opname meteen tot het einde"),
    ),
    Action(
        act=Act.RECORDINGS,
        keys=("o",),
        shown="O",
        label=N_("zelf kiezen"),
        explanation=N_("simulatie: kies zelf een opname"),
    ),
    Action(
        act=Act.UP,
        keys=("up",),
        shown="↑ ↓",
        label=N_("kies"),
        explanation=N_("een regel omhoog"),
        typed=("up",),
        typed_shown="↑ ↓",
    ),
    Action(
        act=Act.DOWN,
        keys=("down",),
        shown="↓",
        label=N_("omlaag"),
        explanation=N_("een regel omlaag"),
        typed=("down",),
        typed_shown="↓",
    ),
    Action(
        act=Act.DEMO,
        keys=("s",),
        shown="S",
        label=N_("simulatie"),
        explanation=N_("opent de simulatie met opgenomen signalen"),
    ),
    Action(
        act=Act.DECLINE,
        keys=("n",),
        shown="N",
        label=N_("nu niet"),
        explanation=N_("gaat verder zonder wat wordt voorgesteld"),
    ),
    Action(
        act=Act.FORGOTTEN,
        keys=("f3",),
        shown="F3",
        label=N_("wachtzin vergeten"),
        explanation=N_("opent met de herstelcode, en vraagt een nieuwe wachtzin"),
        typed=("f3",),
        typed_shown="F3",
    ),
    Action(
        act=Act.OTHER,
        keys=("i",),
        shown="I",
        label=N_("iemand anders"),
        explanation=N_("vraagt de initialen van wie hier nu werkt"),
    ),
    Action(
        act=Act.ACCESS,
        keys=("w",),
        shown="W",
        label=N_("wachtzin"),
        explanation=N_("verandert de wachtzin, de herstelcode of het openen met de aanmelding"),
    ),
    Action(
        act=Act.LOCK,
        keys=("v",),
        shown="V",
        label=N_("vergrendelen"),
        explanation=N_("sluit het gegevensbestand, als u wegloopt"),
    ),
    Action(
        act=Act.DATA,
        keys=("g",),
        shown="G",
        label=N_("gegevens"),
        explanation=N_("toont wie er bewaard is: uitslagen, uitvoer, reservekopie, wissen"),
    ),
    Action(
        act=Act.BACKUP,
        keys=("f6",),
        shown="F6",
        label=N_("reservekopie en beheer"),
        explanation=N_("maakt een reservekopie, zet er een terug, kijkt alles na, voert in"),
        typed=("f6",),
        typed_shown="F6",
    ),
    Action(
        act=Act.OVERDUE,
        keys=("f7",),
        shown="F7",
        label=N_("over de bewaartermijn"),
        explanation=N_("toont alleen wie langer bewaard is dan de termijn, en weer allen"),
        typed=("f7",),
        typed_shown="F7",
    ),
    Action(
        act=Act.EXPORT,
        keys=("e",),
        shown="E",
        label=N_("uitvoeren"),
        explanation=N_("schrijft alles van deze cliënt in een map"),
    ),
    Action(
        act=Act.MOVE,
        keys=("v",),
        shown="V",
        label=N_("bezoek verplaatsen"),
        explanation=N_("geeft het gekozen bezoek aan een andere cliënt"),
    ),
    Action(
        act=Act.CORRECT,
        keys=("g",),
        shown="G",
        label=N_("verbeteren"),
        explanation=N_("verbetert geboortejaar, lengte en hulpmiddel"),
    ),
    Action(
        act=Act.ERASE,
        keys=("w",),
        shown="W",
        label=N_("wissen"),
        explanation=N_("wist deze cliënt met alles wat erbij hoort, voorgoed"),
    ),
    Action(
        act=Act.MAKE,
        keys=("m",),
        shown="M",
        label=N_("kopie maken"),
        explanation=N_("maakt een reservekopie, die meteen wordt nagelezen"),
    ),
    Action(
        act=Act.RESTORE,
        keys=("t",),
        shown="T",
        label=N_("terugzetten"),
        explanation=N_("zet een reservekopie terug; wat er is, blijft bewaard"),
    ),
    Action(
        act=Act.VERIFY,
        keys=("n",),
        shown="N",
        label=N_("nalopen"),
        explanation=N_("leest alles na wat bewaard is, en zegt wat heel is"),
    ),
    Action(
        act=Act.IMPORT,
        keys=("i",),
        shown="I",
        label=N_("invoeren"),
        explanation=N_("voert in wat een ander station heeft uitgevoerd"),
    ),
    Action(
        act=Act.BACK,
        keys=("pageup", "b"),
        shown="PgUp",
        label=N_("terug"),
        explanation=N_("een stap terug; ook B, waar u niet typt"),
        typed=("pageup",),
        typed_shown="PgUp",
    ),
    Action(
        act=Act.SETTINGS,
        keys=("o",),
        shown="O",
        label=N_("instellingen"),
        explanation=N_("taal, kleuren, hoe de tests gaan, hoe lang iets bewaard blijft"),
    ),
    Action(
        act=Act.CHANGE,
        keys=("right", "left"),
        shown="← →",
        label=N_("wijzigen"),
        explanation=N_("neemt de volgende mogelijkheid, of die ervoor"),
    ),
    Action(
        act=Act.LANGUAGE,
        keys=("l",),
        shown="L",
        label="English",
        explanation=N_("wisselt tussen Nederlands en Engels"),
        typed=("f2",),
        typed_shown="F2",
    ),
    Action(
        act=Act.HELP,
        keys=("f1", "question_mark"),
        shown="F1",
        label=N_("toetsen"),
        explanation=N_("toont deze lijst"),
        typed=("f1",),
        typed_shown="F1",
    ),
    Action(
        act=Act.QUIT,
        keys=("q",),
        shown="Q",
        label=N_("stoppen"),
        explanation=N_("sluit het programma"),
    ),
)

ACTION = {action.act: action for action in ACTIONS}


class Offer(msgspec.Struct, frozen=True):
    """An action that a page offers now, with its own word for it if it has one; hidden ones work but are not shown."""

    act: Act
    label: str = ""
    hidden: bool = False


class Press(msgspec.Struct, frozen=True):
    """A key that asked for something: which, and when on the host's clock."""

    act: Act
    key: str
    at_s: float

    @property
    def number(self) -> int:
        """Which line of a list was picked."""
        return int(self.key)


def meant(key: str, table: Mapping[Act, Action], offers: Iterable[Offer], *, typing: bool) -> Act | None:
    """Tell which of the offered actions a key stands for; a letter is the same with Shift or Caps Lock."""
    if len(key) == 1:
        key = key.lower()
    offered = {offer.act for offer in offers}
    for act, action in table.items():
        if act in offered and key in (action.typed if typing else action.keys):
            return act
    return None


class GoGuard:
    """Lets a go key through once: not its bounce, and not the repeats of one that is held down."""

    def __init__(self) -> None:
        self._last_s = float("-inf")

    def accepts(self, at_s: float) -> bool:
        """Take note of a go key and tell whether it counts."""
        fresh = at_s - self._last_s >= DEBOUNCE_S
        self._last_s = at_s
        return fresh
