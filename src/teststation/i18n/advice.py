"""What is advised and concluded: `advice.ID` as a sentence of its own, and what letters and sheets are made of.

To a client (`advice.client-…`) nothing is said that cannot be read aloud as it stands (level B1).
"""

from __future__ import annotations

ADVICE_SENTENCES: dict[str, str] = {
    "advice_asked": "{advice}: eerst vragen naar {what}.",
    "rule_astray": "Regel {rule} verwijst naar ‘{names}’, en dat is er niet.",
    "letter_not_agreed": "{client}: geen brief, want de cliënt gaf daar geen toestemming voor.",
    "letter_without_visit": "{client}: geen brief, want er is nog geen bezoek.",
    # falls
    "advice.falls-muscle": (
        "Spierfunctie: {per_week} keer per week, {low}–{high} % van de maximale kracht, {sets} × {repetitions} "
        "herhalingen, bij voorkeur functioneel."
    ),
    "advice.falls-joints": "Gewrichten: activiteiten die de beweeglijkheid vergroten.",
    "advice.falls-balance": (
        "Balans en transfers: starten, remmen, van richting veranderen, vanuit beweging op één been gaan staan; "
        "ook val- en struikelstrategieën."
    ),
    "advice.falls-gait": (
        "Lopen: van richting veranderen, obstakels ontwijken en erover stappen, op verschillende ondergronden."
    ),
    "advice.falls-posture": "Houding: strekoefeningen in programma en dagelijks leven, zodat de kyfose niet toeneemt.",
    "advice.falls-balance-weekly": (
        "Functionele balansoefeningen: {per_week} keer per week; trillingstraining kan daarnaast helpen."
    ),
    "advice.falls-functional": "Functionele oefeningen voor kracht en balans, zoals in het dagelijks leven.",
    # bone
    "advice.bone-load": (
        "Botbelasting ongeveer {above} % hoger dan in de afgelopen periode, dynamisch, met het eigen lichaamsgewicht, "
        "voor wervelkolom, heupen en polsen."
    ),
    "advice.bone-strength-from": "Krachtoefeningen helpen het bot vanaf ongeveer {least} % van de maximale kracht.",
    "advice.bone-daily": "Dagelijks; {low}–{high} momenten van piekbelasting zijn genoeg.",
    "advice.bone-strength": "Krachtoefeningen: {low}–{high} % van 1RM, bij voorkeur snel opgebouwd.",
    "advice.bone-walking": "Wandelen: sneller dan {speed} km per uur.",
    "advice.bone-impact": "Als het veilig kan liever high-impact (zoals springen) dan low-impact.",
    "advice.bone-arms": "Krachtoefeningen van de armen voor de polsen.",
    "advice.bone-patience": "Het duurt ongeveer {years} jaar voordat effect op het bot zichtbaar is: lang volhouden.",
    # strength
    "advice.strength-general": (
        "{from}–{to} keer per week, {least}–{most} oefeningen voor de grote spiergroepen, "
        "minstens {intensity} % van 1RM."
    ),
    "advice.strength-back": "Rugstrekkers met een lage intensiteit.",
    "advice.strength-promuscle": (
        "ProMuscle: minstens {per_week} keer per week, {shortest}–{longest} minuten, oplopend in zwaarte."
    ),
    # endurance
    "advice.endurance-heart-rate": (
        "Minstens {minutes} minuten op {low}–{high} % van de maximale hartfrequentie (lage intensiteit)."
    ),
    "advice.endurance-aerobic": (
        "Aeroob, minstens {per_week} keer per week, op minstens {intensity} % van VO2max of hartslagreserve, "
        "of Borg {low}–{high}."
    ),
    "advice.endurance-walking": "Lopen in de training opnemen, ook voor de loopsnelheid.",
    # whatever the goal
    "advice.care-no-flexion": "Vermijd buigoefeningen van de borstwervelkolom (risico op wervelinzakking).",
    "advice.care-no-weight-loss": "Voorkom gewichtsverlies door de training: het lichaamsgewicht is laag.",
    "advice.care-unloaded": "Na een breuk: oefen zonder de breuk te belasten.",
    "advice.care-behaviour": "Bij pijn of angst om te bewegen: stap voor stap opbouwen, gericht op activiteiten.",
    "advice.care-keep-moving": "Blijven bewegen na de behandeling; wijs op wat er in de buurt is.",
    # food
    "advice.nutrition-protein": (
        "Eiwit: {least}–{most} g per dag ({least_per_kg}–{most_per_kg} g per kg), "
        "ongeveer {per_meal} g per hoofdmaaltijd."
    ),
    "advice.nutrition-dietitian": "Verwijs naar een diëtist: ondergewicht of onbedoeld afgevallen.",
    # where sources disagree
    "advice.conflict-protein": "Een populair artikel noemt {least}–{most} g eiwit per kg; aangehouden is ProMuscle.",
    "advice.conflict-impact": (
        "Een populair artikel raadt high-impact af bij osteoporose; de richtlijn verkiest het als het veilig kan."
    ),
    "advice.conflict-cycling": (
        "Een populair artikel schrijft dat fietsen het bot niet helpt; voor de NNGB telt het mee, voor de "
        "osteo-beweegnorm niet."
    ),
    "advice.conflict-once-a-week": (
        "Een column noemt één keer krachttraining per week al zinvol; richtlijn en ProMuscle vragen minstens twee keer."
    ),
    # what a doctor is asked
    "advice.doctor-judge": "Wilt u de cliënt beoordelen? Er zijn signalen die niet passen bij het bekende beeld.",
    "advice.doctor-falls": "Wilt u het valrisico uitgebreid (laten) beoordelen?",
    "advice.doctor-unconscious": "Wilt u nagaan waardoor de cliënt bij het vallen buiten bewustzijn was?",
    "advice.doctor-medicines": "Wilt u kijken of medicijnen die het valrisico verhogen minder kunnen?",
    "advice.doctor-vertebra": "Wilt u nagaan of er een wervelinzakking is?",
    "advice.doctor-cognition": "Wilt u geheugen en denken beoordelen?",
    "advice.doctor-vision": "Wilt u het zien (laten) nakijken?",
    "advice.doctor-weight": "Wilt u kijken naar het lage gewicht of het gewichtsverlies?",
    # what a client can do
    "advice.client-help": "Vraag hulp als u zich niet zeker voelt bij het opstaan of lopen.",
    "advice.client-rise": ("Sta elke dag een paar keer rustig op uit een stevige stoel. Houd u vast als dat nodig is."),
    "advice.client-home": "Haal losse kleedjes en snoeren weg. Zorg voor goed licht, ook ’s nachts.",
    "advice.client-shoes": "Draag stevige schoenen die goed vastzitten, ook in huis.",
    "advice.client-turn": "Draai rustig om, met kleine stappen. Houd u vast als dat kan.",
    "advice.client-walk": "Loop elke dag een stukje. Gebruik uw eigen hulpmiddel als u dat hebt.",
    # what a client reads of food
    "sheet.nutrition-protein": "Eet elke dag {least} tot {most} gram eiwit, ongeveer {per_meal} gram per maaltijd.",
    "sheet.nutrition-dietitian": "Praat met een diëtist over uw eten en uw gewicht.",
}

ADVICE_WORDS: dict[str, str] = {
    "nutrition-protein.called": "Eiwit",
    "purpose.falls": "vallen voorkomen",
    "purpose.bone": "sterke botten",
    "purpose.strength": "spierkracht",
    "purpose.endurance": "uithoudingsvermogen",
    "purpose.care": "altijd",
    "purpose.nutrition": "voeding",
    "purpose.conflict": "bronnen die iets anders zeggen",
    "purpose.doctor": "vraag aan de arts",
    # lists
    "not-trusted-alone": "niet vertrouwd alleen",
    "problem-area": "probleemgebied",
    "aim": "doel van advies en oefenen",
    "duty": "wie het moet weten",
    "criterion.not-walking-alone": "Alleen lopen is niet vertrouwd",
    "criterion.not-transferring-alone": "Alleen opstaan en gaan zitten is niet vertrouwd",
    "criterion.indication-not-trusted": "alleen lopen of opstaan niet vertrouwd",
    "criterion.problem-immobility": "(dreigende) immobiliteit",
    "criterion.problem-fall-risk": "verhoogd valrisico",
    "criterion.problem-after-fracture": "status na een fractuur",
    "criterion.problem-pain": "pijn",
    "criterion.aim-falls": "Vallen voorkomen",
    "criterion.aim-bone": "Sterke botten",
    "criterion.aim-strength": "Spierkracht",
    "criterion.aim-endurance": "Uithoudingsvermogen",
    "criterion.duty-inform": "Huisarts of verwijzer nu inlichten over een ernstig toegenomen risico",
    "criterion.duty-doctor": "De cliënt aanraden contact op te nemen met de huisarts",
    "criterion.duty-closing": "Verwijzer inlichten bij het afsluiten: doelen, verloop, beweegadvies en resultaten",
    "criterion.inactive": "Inactief",
    # what the therapist chooses and writes
    "facts.advice": "advies",
    "facts.letters": "brieven",
    "fact.aim_falls": "doel: vallen voorkomen",
    "fact.aim_bone": "doel: sterke botten",
    "fact.aim_strength": "doel: spierkracht",
    "fact.aim_endurance": "doel: uithoudingsvermogen",
    "fact.no_protein_limit": "geen nierziekte of eiwitbeperking",
    "fact.treatment_end_known": "einde van de behandeling bekend",
    "fact.risk_seriously_raised": "ernstig toegenomen risico (oordeel van de therapeut)",
    "fact.therapist_note": "notitie van de therapeut (voor het dossier, in geen brief)",
    "fact.letter_question": "vraag aan de huisarts",
    "fact.client_knows": "wat de cliënt weet",
    "fact.what_we_do": "wat wij doen",
    **{
        f"fact.goal_{number}_reached{choice}": text
        for number, named in ((1, "eerste"), (2, "tweede"), (3, "derde"))
        for choice, text in {
            "": f"{named} doel bereikt",
            ".yes": "bereikt",
            ".partly": "deels bereikt",
            ".no": "niet bereikt",
        }.items()
    },
    "fact.treatment_process": "verloop van de behandeling",
    "fact.after_treatment": "afspraken na de behandeling",
}
