/** Words the corpus is written with: a shop that sells fruit, with the plumbing every service has. */
const words = (list: string): readonly string[] => list.trim().split(/\s+/);

/** Things the shop deals in; singular nouns. */
export const NOUNS = words(`
  account address allergen apple apricot auction badge banana barcode basket batch bill blossom bottle branch brand budget
  bundle buyer calendar campaign cargo carrier cart cashier catalog category cellar channel cherry claim cluster cold-chain
  complaint consignment container contract counter coupon courier crate credit crop currency customer deadline delivery
  deposit discount dispatch display dividend dock document driver duty employee envelope event exchange expiry export farm
  feature fee fig filter flavor fleet folder forecast freight fridge fruit gateway gift grade grape grower harvest holiday
  hub import incident ingredient inspection insurance inventory invoice item journal juice kiosk label ledger lemon license
  listing loan location loyalty machine mango manifest margin market member menu merchant message metric mixer nectarine
  notice offer olive onboarding orange orchard order origin outlet owner package pallet panel parcel partner payment peach
  pear penalty permit picker pineapple plan plum policy portion postcode preference premium price producer product profile
  promotion proposal quality quantity quota quote rack rating rebate receipt recipe refund region reminder rent report
  reservation return review reward ripeness role route salary sample schedule season seller sensor session shelf shift
  shipment shop signature slot snack sorter stall statement stock storage store strawberry subscription supplier survey
  tariff tax team temperature tender terminal ticket till token tour trade trader transfer truck vendor voucher wage
  warehouse warranty waste weight wholesale window worker yield zone`);

/** What classes do; they end a class name. */
export const ROLES = words(`
  adapter aggregator allocator auditor batcher builder cache calculator checker client clock collector comparator compiler
  controller converter counter decoder dispatcher encoder estimator evaluator exporter factory fetcher formatter gate
  generator handler importer indexer inspector iterator listener loader locator mapper matcher merger monitor notifier
  observer optimizer parser partitioner planner policy pool presenter printer processor projector provider publisher queue
  reader reconciler recorder registry renderer repository resolver router sampler scanner scheduler selector sender
  serializer service session sorter source splitter store strategy stream subscriber summary supervisor synchronizer
  throttle tracker translator validator view visitor watcher writer`);

/** What functions do; they begin a function name. */
export const VERBS = words(`
  accept add adjust aggregate align allocate apply approve archive assign attach audit balance book build bundle cancel
  check claim classify clear clone close collect combine commit compare compute confirm consume convert copy count create
  decode defer deliver describe detach detect dispatch divide drain drop encode enqueue ensure estimate evaluate exclude
  expand expire export extract fetch filter find flush fold format forward freeze gather generate group handle hold import
  include index infer inspect issue join label limit link list load lock map mark match measure merge migrate monitor move
  normalize notify open order pack park parse partition pause pick plan poll prepare price project prune publish pull
  purge push queue rank read rebalance reconcile record reduce refresh refund register reject release remove rename render
  replace replay report request reserve reset resolve restore resume retry return revoke roll round route sample save scan
  schedule select send serialize settle share ship sign skip sort split stage start stop store submit summarize suspend
  swap synchronize tag track transfer transform trim unlock unpack update validate verify visit void wait weigh withdraw
  wrap write`);

/** Adjectives for variables and prose. */
export const ADJECTIVES = words(`
  active annual available average base blocked cached central cheap closed cold common complete critical current daily
  damaged default delayed direct discounted double early empty exact expected expired external fallback fast final first
  foreign fresh frozen full gross heavy hidden high hourly idle inner internal invalid known large last late latest legal
  light linear local long lost low main manual maximum minimum missing monthly narrow nearest net next nominal normal old
  open optional ordinary outer overdue partial pending perishable possible preferred previous primary prompt public quick
  rare raw ready recent regional regular relative remaining remote required reserved ripe safe seasonal secondary selected
  short shared signed single slow small sorted sparse spare stable stale standard sticky strict sweet temporary tentative
  total trusted typical unique unknown unpaid unripe upper urgent usable valid verified visible weekly whole`);

/** Fields of records with their TypeScript types. */
export const FIELDS: readonly (readonly [name: string, type: string])[] = [
  ['id', 'string'],
  ['name', 'string'],
  ['amount', 'number'],
  ['currency', 'string'],
  ['createdAt', 'Date'],
  ['updatedAt', 'Date'],
  ['quantity', 'number'],
  ['unitPrice', 'number'],
  ['tags', 'readonly string[]'],
  ['enabled', 'boolean'],
  ['region', 'string'],
  ['weightGrams', 'number'],
  ['attempts', 'number'],
  ['notes', 'string | undefined'],
  ['priority', 'number'],
  ['parentId', 'string | null'],
  ['totals', 'Record<string, number>'],
  ['labels', 'Map<string, string>'],
  ['dueAt', 'Date | undefined'],
  ['share', 'number'],
];

/** Sentences of comments: `{noun}`, `{other}`, `{adjective}` and `{verb}` are filled in. */
export const SENTENCES: readonly string[] = [
  'Every {noun} belongs to exactly one {other}.',
  'Keeps the {adjective} {noun} until the {other} has been settled.',
  'The {other} may be {adjective}; then the {noun} is left as it was.',
  'Called once per {noun}, so it must not {verb} anything twice.',
  'A {adjective} {noun} is cheaper to {verb} than to look up in the {other}.',
  'Rounds to whole cents, because the {other} does the same.',
  'Returns undefined where no {noun} matches the {other}.',
  'The order matters: {verb} the {noun} before its {other} is closed.',
  'Throws when the {noun} was already handed to the {other}.',
  'Limits how many {noun} records one {other} may {verb} in a day.',
  'See the {adjective} {noun} rules agreed with the {other} team.',
  'Older clients still send the {noun} without its {other}.',
];
