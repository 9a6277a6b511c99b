#!/bin/sh
# SPDX-License-Identifier: 0BSD
# SIMULATED: no person, place or number in this folder is real. / SIMULIERT: nichts hier ist echt.
#
# The whole cycle, one command after another; each is shown before it runs, and the first that
# fails ends it. ALLMENDE names the program if the shell does not find it by itself.
set -eu
cd "$(dirname "$0")"

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
de*)
    language=de
    title='Bachwacht (simuliert)'
    question='Verraten uns die Messwerte, wo Steinfliegen sind, damit wir weniger Steine umdrehen müssen?'
    affected='unsere Gruppe, die Höfe am Bach, die Tiere unter den Steinen'
    harm='Ein Hof könnte für einen schlechten Wert beschuldigt werden.'
    without_ai='bei jeder Probe acht Steine umdrehen, wie bisher'
    doubt='Messwerte kennen den Bach nicht so gut wie wir.'
    reason='Die Messwerte haben wir ohnehin.'
    world='Je wärmer das Wasser, desto weniger Sauerstoff: mindestens 0,1 mg/l je Grad'
    model='Ein Modell sagt an einer Stelle, die es nie gesehen hat, ob unter einem Stein eine Larve sitzt'
    stop='wenn ein Hof wegen einer Vorhersage beschuldigt wird'
    why='um die Falle zu zeigen'
    strips='Teststreifen'
    laptop='Laptop der Schule'
    ;;
*)
    language=en
    title='Stream watch (simulated)'
    question='Do the measurements tell us where stoneflies are, so that we need to turn fewer stones?'
    affected='our group, the farms along the stream, the animals below the stones'
    harm='A farm could be blamed for a bad value.'
    without_ai='turn eight stones at each sampling, as we do now'
    doubt='Measurements do not know the stream as well as we do.'
    reason='We have the measurements anyway.'
    world='The warmer the water, the less oxygen: at least 0.1 mg/l for each degree'
    model='A model tells, at a site it has never seen, whether there is a larva below a stone'
    stop='if a farm is blamed because of a prediction'
    why='to show the trap'
    strips='test strips'
    laptop='laptop of the school'
    ;;
esac

# say ENGLISH GERMAN: what the next commands are for.
say() {
    case $language in
    de) printf '\n# %s\n' "$2" ;;
    *) printf '\n# %s\n' "$1" ;;
    esac
}

# run WORD…: show the command as one would type it, long ones on several lines, and run it.
run() {
    line='+ allmende'
    for word in "$@"; do
        case $word in
        -[a-z-]*) [ ${#line} -lt 72 ] || { printf '%s \\\n' "$line" && line='   '; } ;;
        *[!A-Za-z0-9_.,/-]*) word="\"$word\"" ;;
        esac
        line="$line $word"
    done
    printf '%s\n' "$line"
    "${ALLMENDE:-allmende}" "$@"
}

say 'A project is one file. Amina begins; Bruno and Chiara take part.' \
    'Ein Projekt ist eine Datei. Amina beginnt; Bruno und Chiara machen mit.'
run new stream.allmende --title "$title" --name Amina --permission project,publication,training
run member add Bruno --as Amina
run member add Chiara --as Amina

say '1. ASK: a question, who could be harmed, what to do without AI. Then decide together.' \
    '1. FRAGEN: eine Frage, wem sie schaden könnte, was ohne KI ginge. Dann gemeinsam entscheiden.'
run ask add "$question" --affected "$affected" --harm "$harm" --without-ai "$without_ai" --as Bruno
run ask position last agree --as Amina
run ask position last agree --as Bruno
run ask position last disagree --reason "$doubt" --as Chiara
run ask decide last --outcome go-on --reason "$reason" --as Amina

say '2. GUESS: say what would count as success, and lock it before there are any data.' \
    '2. VERMUTEN: sagen, was als Erfolg gälte, und das festlegen, bevor Daten da sind.'
run hypothesis add "$world" --question last --measure slope --target oxygen_mg_l \
    --by water_temp_c --unit sampling --at-most -0.1 --least-units 20 --as Chiara
run hypothesis freeze last --as Chiara
world_id=$("${ALLMENDE:-allmende}" hypothesis show last --json | sed 's/.*"id":"\([0-9a-f]\{8\}\).*/\1/')
run hypothesis add "$model" --question last --measure accuracy --target stonefly \
    --group site --share 0.5 --at-least 0.9 --least-units 6 --stop "$stop" --as Bruno
run hypothesis freeze last --as Bruno

say '3. COLLECT: the measurements come in. Half of the sites stay set aside, unseen.' \
    '3. SAMMELN: die Messwerte kommen herein. Die Hälfte der Stellen bleibt ungesehen zurückgelegt.'
run collect import simulated-samplings.csv --group site --open person --as Amina

say '4. TRAIN: climb the steps from "no AI" upward, and stop where it is enough.' \
    '4. TRAINIEREN: die Stufen von „ohne KI“ aufwärts, nur so weit wie nötig.'
run train last --watts 5,20 --as Amina

say '5. LOOK: open the part set aside. The result comes from the range, not from the point.' \
    '5. AUSWERTEN: den zurückgelegten Teil ansehen. Das Ergebnis kommt aus der Spanne, nicht aus dem Punkt.'
run evaluate last --open --watts 5,20 --as Chiara
run evaluate "$world_id" --open --as Chiara

say 'The trap: with rows drawn at random a model would have looked much better …' \
    'Die Falle: mit zufällig gezogenen Zeilen hätte ein Modell viel besser ausgesehen …'
run try simulated-samplings.csv --target stonefly --random-rows --why "$why"
say '… than with whole sites set aside, as here.' \
    '… als mit ganzen Stellen zurückgelegt, wie hier.'
run try simulated-samplings.csv --target stonefly --group site

say 'What it took. These bookings are made up, too, and so are the watts of the computer above.' \
    'Was es gekostet hat. Auch diese Buchungen sind erfunden, und die Watt des Rechners weiter oben.'
run ledger add travel 24 --by car --people 3 --times 4 --phase collect --as Amina
run ledger add hours 3 --people 3 --phase collect --as Bruno
run ledger add material "$strips" --kg 0.2 --euros 14 --as Chiara
run ledger add device "$laptop" --got used --year 2019 --as Bruno
run ledger add travel 24 --by train --people 3 --times 12 --yearly --as Amina
run ledger

say '6. MAKE PUBLIC: one folder that anybody can read, and re-run to the last digit.' \
    '6. VERÖFFENTLICHEN: ein Ordner, den alle lesen und bis auf die letzte Ziffer nachrechnen können.'
run publish public --as Amina
run verify public

say 'Everything public lies in the folder "public". Open its index.html in a browser.' \
    'Alles Öffentliche liegt im Ordner „public“. Seine index.html im Browser öffnen.'
