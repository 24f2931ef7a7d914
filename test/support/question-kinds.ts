import type { SeededRandom } from "../../src/util/index.ts";

/** A question of the simulated log, with its right answer. */
export interface SimulatedQuestion {
  readonly text: string;
  readonly answer: string;
}

/** A kind of everyday question; `write` makes the n-th question of the kind. */
export interface QuestionKind {
  readonly name: "capital" | "opposite" | "plural" | "sentiment" | "addition" | "story";
  write(index: number, random: SeededRandom): SimulatedQuestion;
}

const CAPITALS = `France:Paris Japan:Tokyo Egypt:Cairo Peru:Lima Norway:Oslo Kenya:Nairobi Cuba:Havana Italy:Rome
Spain:Madrid Greece:Athens Turkey:Ankara Iran:Tehran Iraq:Baghdad India:Delhi Nepal:Kathmandu China:Beijing
Vietnam:Hanoi Thailand:Bangkok Laos:Vientiane Australia:Canberra Canada:Ottawa Chile:Santiago Bolivia:Sucre
Ecuador:Quito Colombia:Bogota Uruguay:Montevideo Portugal:Lisbon Ireland:Dublin Iceland:Reykjavik Denmark:Copenhagen
Sweden:Stockholm Finland:Helsinki Estonia:Tallinn Latvia:Riga Lithuania:Vilnius Poland:Warsaw Hungary:Budapest
Austria:Vienna Serbia:Belgrade Croatia:Zagreb Slovenia:Ljubljana Albania:Tirana Bulgaria:Sofia Romania:Bucharest
Ukraine:Kyiv Georgia:Tbilisi Armenia:Yerevan Jordan:Amman Syria:Damascus Lebanon:Beirut Qatar:Doha Oman:Muscat
Yemen:Sanaa Sudan:Khartoum Ethiopia:Addis_Ababa Somalia:Mogadishu Uganda:Kampala Rwanda:Kigali Zambia:Lusaka
Angola:Luanda Namibia:Windhoek Ghana:Accra Senegal:Dakar Mali:Bamako Morocco:Rabat Tunisia:Tunis Algeria:Algiers
Libya:Tripoli Mexico:Mexico_City`;

const OPPOSITES = `hot:cold tall:short early:late empty:full heavy:light loud:quiet rich:poor strong:weak wet:dry
young:old clean:dirty deep:shallow easy:difficult fast:slow happy:sad hard:soft high:low inside:outside large:small
left:right long:brief near:far new:ancient noisy:silent open:closed polite:rude public:private quick:sluggish
rough:smooth safe:dangerous sharp:blunt simple:complex sweet:bitter thick:thin tight:loose true:false ugly:beautiful
warm:cool wide:narrow wild:tame wise:foolish above:below accept:refuse add:subtract arrive:leave attack:defend
begin:end borrow:lend bright:dim build:destroy buy:sell cheap:expensive cruel:kind dark:light day:night
defeat:victory enter:exit expand:shrink external:internal fail:succeed float:sink forget:remember generous:stingy
guilty:innocent increase:decrease lazy:diligent lose:win love:hate major:minor maximum:minimum`;

const PLURALS = `ox:oxen mouse:mice goose:geese child:children foot:feet tooth:teeth man:men woman:women leaf:leaves
knife:knives wife:wives life:lives wolf:wolves shelf:shelves half:halves calf:calves loaf:loaves thief:thieves
city:cities baby:babies lady:ladies story:stories party:parties country:countries fly:flies box:boxes fox:foxes
bus:buses class:classes dish:dishes watch:watches church:churches potato:potatoes tomato:tomatoes hero:heroes
echo:echoes cactus:cacti fungus:fungi nucleus:nuclei crisis:crises thesis:theses analysis:analyses oasis:oases
criterion:criteria phenomenon:phenomena datum:data bacterium:bacteria sheep:sheep deer:deer fish:fish series:series
species:species aircraft:aircraft person:people louse:lice die:dice penny:pence index:indices matrix:matrices
vertex:vertices appendix:appendices radius:radii stimulus:stimuli alumnus:alumni larva:larvae formula:formulae
quiz:quizzes scarf:scarves elf:elves`;

const THINGS =
  "The soup|This film|Our hotel room|The new phone|That concert|The train ride|Her latest novel|The bakery";
const GOOD =
  `was a delight from beginning to end|made the whole evening worth it|could hardly have been better
|exceeded everything we hoped for|left us smiling for days`.replaceAll("\n", "");
const BAD = `was a waste of money|disappointed all of us|could hardly have been worse
|fell apart after an hour|made us regret coming`.replaceAll("\n", "");

const UNITS = "km|euros|grams|litres|minutes|metres|dollars|points|pages|seats|tonnes|steps";
const NAMES =
  "Anna|Ben|Chloe|David|Emma|Felix|Grace|Hugo|Iris|Jonas|Karla|Leo|Mia|Noah|Olga|Paul|Rosa|Sam|Tara|Vera";
const GOODS = "apples|marbles|stickers|pencils|cards|cookies|shells|books|coins|tickets|buttons|stamps";

const pairs = (text: string): [string, string][] =>
  text.split(/\s+/).map((pair) => pair.replaceAll("_", " ").split(":") as [string, string]);
const capitals = pairs(CAPITALS);
const opposites = pairs(OPPOSITES);
const plurals = pairs(PLURALS);
const things = THINGS.split("|");
const goods = GOODS.split("|");
const names = NAMES.split("|");
const units = UNITS.split("|");

/** Takes turns through a list. */
function turn<Item>(items: readonly Item[], index: number): Item {
  return items[index % items.length] as Item;
}

const between = (random: SeededRandom, low: number, high: number): number =>
  low + random.nextInteger(high - low + 1);

const ADDITIONS: readonly ((a: string, b: string) => string)[] = [
  (a, b) => `What is ${a} plus ${b}?`,
  (a, b) => `Add ${a} and ${b}.`,
  (a, b) => `Calculate ${a} + ${b}.`,
  (a, b) => `${a} + ${b} = ?`,
  (a, b) => `How much are ${a} and ${b} together?`,
  (a, b) => `Find the sum of ${a} and ${b}.`,
];

const STORIES: readonly ((
  name: string,
  good: string,
  other: string,
  random: SeededRandom,
) => SimulatedQuestion)[] = [
  (name, good, other, random) => {
    const [has, buys, gives] = [between(random, 12, 40), between(random, 5, 30), between(random, 2, 10)];
    const text = `${name} has ${has} ${good} and buys ${buys} more. Then ${name} gives ${gives} of them to ${other}. How many ${good} does ${name} have now?`;
    return { text, answer: String(has + buys - gives) };
  },
  (name, good, other, random) => {
    const [boxes, each] = [between(random, 3, 9), between(random, 4, 12)];
    const text = `${name} packs ${boxes} boxes with ${each} ${good} each, and ${other} packs one box more than ${name}. How many ${good} do they pack altogether?`;
    return { text, answer: String((2 * boxes + 1) * each) };
  },
  (name, good, other, random) => {
    const [price, count] = [between(random, 2, 9), between(random, 3, 9)];
    const paid = 10 * Math.ceil((price * count) / 10);
    const text = `${name} buys ${count} ${good} for ${other} at ${price} dollars each and pays with ${paid} dollars. How much change does ${name} get?`;
    return { text, answer: String(paid - price * count) };
  },
  (name, good, other, random) => {
    const [each, friends] = [between(random, 4, 15), between(random, 3, 8)];
    const text = `${name} shares ${each * friends} ${good} equally among ${friends} friends. ${other} is one of them and eats 2. How many ${good} does ${other} have left?`;
    return { text, answer: String(each - 2) };
  },
];

/** The kinds, in the order in which the log takes turns through them. */
export const QUESTION_KINDS: readonly QuestionKind[] = [
  {
    name: "capital",
    write: (index) => {
      const [country, capital] = turn(capitals, index);
      const ask = turn(
        [`What is the capital of ${country}?`, `Which city is the capital of ${country}?`],
        index,
      );
      return { text: ask, answer: capital };
    },
  },
  {
    name: "opposite",
    write: (index) => {
      const [word, opposite] = turn(opposites, index);
      const ask = turn(
        [`What is the opposite of "${word}"?`, `Which word means the opposite of "${word}"?`],
        index,
      );
      return { text: ask, answer: opposite };
    },
  },
  {
    name: "plural",
    write: (index) => {
      const [noun, plural] = turn(plurals, index);
      return {
        text: turn([`What is the plural of "${noun}"?`, `Write "${noun}" in the plural.`], index),
        answer: plural,
      };
    },
  },
  {
    name: "sentiment",
    write: (index) => {
      const isGood = index % 2 === 0;
      const half = Math.floor(index / 2);
      const opinion = turn((isGood ? GOOD : BAD).split("|"), Math.floor(half / things.length));
      const text = `Is this review positive or negative? "${turn(things, half)} ${opinion}."`;
      return { text, answer: isGood ? "positive" : "negative" };
    },
  },
  {
    name: "addition",
    write: (index, random) => {
      const unit = turn(units, Math.floor(index / ADDITIONS.length));
      const [a, b] = [between(random, 11, 989), between(random, 11, 989)];
      return { text: turn(ADDITIONS, index)(`${a} ${unit}`, `${b} ${unit}`), answer: String(a + b) };
    },
  },
  {
    name: "story",
    write: (index, random) => {
      const name = turn(names, index);
      return turn(STORIES, index)(name, turn(goods, Math.floor(index / 4)), turn(names, index + 7), random);
    },
  },
];
