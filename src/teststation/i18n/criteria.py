"""What the lists of criteria are called and say: `criterion.ID`, `prompt.ID`, and the sentences around them."""

from __future__ import annotations

CRITERIA_SENTENCES: dict[str, str] = {
    "as_called": "{what}",
    "criterion_met": "{criterion}: ja.",
    "criterion_met_because": "{criterion}: ja – {what}.",
    "criterion_not_met": "{criterion}: nee.",
    "criterion_not_met_because": "{criterion}: nee – {what}.",
    "criterion_unknown": "{criterion}: niet bekend.",
    "criterion_unknown_because": "{criterion}: niet te bepalen; onbekend: {what}.",
    "criterion_said": "{criterion}.",
    "criterion_said_because": "{criterion}: {what}.",
    "fall_risk_line": "Aanwijzingen voor verhoogd valrisico: {what}.",
    "close_one": "{name} (nipt)",
    "not_agreed": "{finding} Reden: {why}.",
    "criterion_skipped": "{criterion}: niet gedaan ({why}).",
    "note_close": "Nipt: de meting ligt dicht bij de grens. Meet nog eens.",
    # annex 4, and Fried's count
    "frailty_count": "Indicatoren fragiliteit: {met} van {of} (KNGF-bijlage 4).",
    "frailty_count_open": (
        "Indicatoren fragiliteit: {met} van {of}; hoogstens {most} met wat onbekend is (KNGF-bijlage 4)."
    ),
    "fried_robust": (
        "Fried-indeling: {low} criteria (‘robust’); sluit kwetsbaarheid niet uit. "
        "Fried gebruikte deels andere metingen."
    ),
    "fried_prefrail": "Fried-indeling: {low}–{high} criteria (‘pre-frail’). Fried gebruikte deels andere metingen.",
    "fried_frail": "Fried-indeling: ≥ {low} criteria (‘frail’). Fried gebruikte deels andere metingen.",
    "fried_open": "Fried-indeling: niet te bepalen ({met}–{most} van {of}).",
    # what a sensor saw, beside the therapist's tick
    "hint_halt": "Sensor: {count}× stilgestaan tussen twee passen, hoogstens {seconds} s.",
    "hint_halt_talking": "Sensor: {count}× stilgestaan tijdens het praten, hoogstens {seconds} s.",
    "hint_slow_turn": "Sensor: langzame draai ({angle}° in {seconds} s).",
    # RAND-36 by item number
    "rand36_score": "score {score}",
    "rand36_score_open": "score {score}; met wat open is {low} tot {high}",
    "rand36_too_few": "geen score: minstens {least} antwoorden nodig",
}

CRITERIA_WORDS: dict[str, str] = {
    # lists
    "frailty-indicator": "indicator voor fragiliteit",
    "frailty-beside": "naast de indicatoren voor fragiliteit",
    "frailty-category": "Fried-indeling",
    "fracture-factor": "risicofactor voor fracturen",
    "fall-factor": "risicofactor voor vallen",
    "prognostic-factor": "prognostische factor voor verhoogd valrisico",
    "examine": "nader onderzoek",
    "vertebral-fracture-sign": "teken van wervelinzakking",
    "yearly-question": "jaarlijkse vraag over vallen",
    "mobility": "mobiliteit",
    "full-assessment": "uitgebreide beoordeling van het valrisico",
    "red-flag": "rode vlag",
    "yellow-flag": "gele vlag",
    "stop": "niet testen",
    "caution": "alleen testen met een tweede persoon",
    "indication": "aanwijzing voor verhoogd valrisico",
    "contradiction": "tegenspraak",
    # annex 4
    "criterion.frailty-weight": "Onbedoeld gewichtsverlies",
    "criterion.frailty-weakness": "Zwakte",
    "criterion.frailty-fatigue": "Vermoeidheid",
    "criterion.frailty-slowness": "Traagheid",
    "criterion.frailty-activity": "Beperkte lichamelijke activiteit",
    # checklist
    "criterion.c1-age": "Leeftijd",
    "criterion.c2-fracture": "Botbreuk na het 50e jaar of wervelbreuk",
    "criterion.c4-weight": "Laag lichaamsgewicht",
    "criterion.c5-corticosteroids": "Gebruik van corticosteroïden",
    "criterion.c9-cognition": "Cognitieve stoornissen",
    # the factors as a whole, and what their prompts ask
    "criterion.p1-rise": "kan zonder handen niet opstaan",
    "criterion.gait-and-balance-in-full": "Gang en balans volledig onderzoeken (FR, GUG)",
    "prompt.p2-turn-360": (
        "Laat een hele draai op de plaats maken. Sta binnen handbereik, met een stoel of tafel naast de cliënt."
    ),
    "prompt.p3-one-leg-reach": (
        "Laat op één been staan en daarna met één hand omhoog reiken. Sta binnen handbereik, met steun naast de cliënt."
    ),
    "prompt.p4-talking": (
        "Stel tijdens het lopen een open vraag, bijvoorbeeld wat de cliënt gisteren deed. Loop naast de cliënt mee."
    ),
    # falls
    "criterion.mobility-problem": "Mobiliteitsprobleem",
    "criterion.assess-seen-after-fall": "Uitgebreide beoordeling: komt vanwege een val",
    "criterion.assess-two-falls": "Uitgebreide beoordeling: vaker dan één keer gevallen in een jaar",
    "criterion.assess-fall-and-fracture-risk": "Uitgebreide beoordeling: gevallen met hoog fractuurrisico",
    "criterion.assess-fall-unconscious": "Uitgebreide beoordeling: gevallen en buiten bewustzijn geweest",
    "criterion.assess-fall-and-mobility": "Uitgebreide beoordeling: gevallen met mobiliteitsprobleem",
    # what the visit's line on fall risk is made of
    "criterion.indication-factors": "prognostische factoren gezien",
    "criterion.indication-not-safe": "test niet veilig uitvoerbaar",
    "criterion.indication-gug": "GUG boven de KNGF-grens",
    "criterion.indication-medicines": "medicijnen die het valrisico verhogen",
    "criterion.indication-cognition": "cognitieve stoornissen (MMSE)",
    # what cannot both be so
    "criterion.unable-but-timed": "Kan niet lopen, maar de looptest is gedaan",
    "criterion.unable-but-trusted": "Kan niet lopen, maar kan veilig alleen lopen",
    "criterion.cannot-rise-but-did": "Kan zonder handen niet opstaan, maar deed de stoeltest zonder handen",
    "criterion.can-rise-but-used-hands": "Kan zonder handen opstaan, maar gebruikte de handen bij de stoeltest",
    "criterion.not-fallen-but-counted": "Niet gevallen, maar wel een aantal keren",
    "criterion.fallen-but-none-counted": "Wel gevallen, maar nul keer",
    "criterion.seen-after-fall-but-not-fallen": "Komt vanwege een val, maar is niet gevallen",
    "criterion.trusted-but-not-safe": "Kan veilig alleen lopen, maar een test was niet veilig uitvoerbaar",
    # rules that they hang on
    "criterion.gug-kngf-20": "GUG boven de KNGF-grens",
    "criterion.gait-kngf-annex4": "looptest op of boven de grens van bijlage 4",
    "criterion.test-not-safe": "test niet veilig uitvoerbaar",
}
