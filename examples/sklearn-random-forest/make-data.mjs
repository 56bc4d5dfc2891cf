// Writes thirty weeks of a phone company's customers into the folder it is given (default: data beside this file): who
// they are when the model is asked about them, and a week later whether they have left. The same files every time.
//
// From week 17 on a competitor lures customers away: those who call support often used to leave, now a high bill counts
// as much. From week 9 on a few have a plan that nobody has seen before.
//
//   sample.csv                        six weeks of customers and whether they left: what the first model learns from
//   events/week-07.ndjson …           what arrives in that week: predictions, and the labels of the week before
//   predictions.ndjson, labels.ndjson the same events, all of them
//   history.csv                       the same rows as sample.csv and predictions.ndjson with their labels, as a table
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const WEEKS = 30
/** The first model learns from these weeks; what comes after is a stream of events. */
const SAMPLE_WEEKS = 6
const CUSTOMERS_A_WEEK = 500
const FIRST_CHANGED_WEEK = 17
const FIRST_FLEX_WEEK = 9
const WEEK_MS = 7 * 86_400_000
const START = Date.UTC(2025, 0, 6)
const SEED = 20260105

/** mulberry32 (Tommy Ettinger 2017). */
function seeded(seed) {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = seeded(SEED)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

function customer(week) {
  const isFlex = week >= FIRST_FLEX_WEEK && random() < 0.01
  return {
    tenure_months: Math.floor(-24 * Math.log(1 - random())),
    // Not every bill is in the books when the model is asked.
    monthly_bill: random() < 0.05 ? null : Math.round(1000 * Math.exp(3.4 + 0.45 * normal())) / 1000,
    support_calls: Math.floor(-2.5 * Math.log(1 - random())),
    plan: isFlex ? 'flex' : random() < 0.6 ? 'basic' : 'premium',
    contract: random() < 0.5 ? 'monthly' : random() < 0.6 ? 'yearly' : 'two years',
    autopay: random() < 0.55,
  }
}

function leaves({ tenure_months, monthly_bill, support_calls, contract, autopay }, week) {
  const bound = contract === 'monthly' ? 0 : contract === 'yearly' ? 2.5 : 4.5
  const loyal = bound + (autopay ? 1 : 0) + Math.min(tenure_months, 48) / 16
  const bill = monthly_bill ?? 30
  const isLured = week >= FIRST_CHANGED_WEEK
  const reason = isLured ? 0.8 * support_calls + 0.2 * Math.max(0, bill - 20) : 2.2 * support_calls
  return random() < 1 / (1 + Math.exp(-2.2 * (reason - loyal - 0.6)))
}

const COLUMNS = ['tenure_months', 'monthly_bill', 'support_calls', 'plan', 'contract', 'autopay']
const sample = [['customer', 'time', ...COLUMNS, 'churned'].join(',')]
const history = [...sample]
const predictions = []
const labels = []

for (let week = 1; week <= WEEKS; week++) {
  for (let i = 0; i < CUSTOMERS_A_WEEK; i++) {
    const id = `c${week}-${i}`
    const asked = START + (week - 1) * WEEK_MS + Math.floor(((i + random()) / CUSTOMERS_A_WEEK) * WEEK_MS)
    const features = customer(week)
    const churned = leaves(features, week) ? 'yes' : 'no'
    const time = new Date(asked).toISOString()
    const row = [id, time, ...COLUMNS.map((name) => features[name] ?? ''), churned].join(',')
    history.push(row)
    if (week <= SAMPLE_WEEKS) {
      sample.push(row)
      continue
    }
    predictions.push({ id: `p-${id}`, type: 'prediction', model: 'churn', time, features })
    const known = new Date(asked + WEEK_MS).toISOString()
    labels.push({ id: `l-${id}`, type: 'label', model: 'churn', time: known, predictionId: `p-${id}`, label: churned })
  }
}

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), 'data')
const ndjson = (events) => `${events.map((event) => JSON.stringify(event)).join('\n')}\n`
mkdirSync(join(folder, 'events'), { recursive: true })
writeFileSync(join(folder, 'sample.csv'), `${sample.join('\n')}\n`)
writeFileSync(join(folder, 'history.csv'), `${history.join('\n')}\n`)
writeFileSync(join(folder, 'predictions.ndjson'), ndjson(predictions))
writeFileSync(join(folder, 'labels.ndjson'), ndjson(labels))
for (let week = SAMPLE_WEEKS + 1; week <= WEEKS + 1; week++) {
  const from = new Date(START + (week - 1) * WEEK_MS).toISOString()
  const to = new Date(START + week * WEEK_MS).toISOString()
  const arrived = [...labels, ...predictions].filter(({ time }) => time >= from && time < to)
  writeFileSync(join(folder, 'events', `week-${String(week).padStart(2, '0')}.ndjson`), ndjson(arrived))
}
console.log(
  `${folder}: ${sample.length - 1} rows to begin with, then ${predictions.length} predictions with their labels`,
)
