// Writes january.csv and june.csv into the folder it is given (default: the current one): what a model said of customers,
// and who left. In June three things are different; see below. The same files every time.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROWS_A_DAY = 400

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

const logistic = (x) => 1 / (1 + Math.exp(-x))

function customers({ month, days, seed, isChanged }) {
  const random = seeded(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const lines = ['time,age,plan,visits,income,score,churned']
  for (let day = 1; day <= days; day++) {
    for (let i = 0; i < ROWS_A_DAY; i++) {
      const age = Math.round(Math.min(90, Math.max(18, 44 + 14 * normal())))
      // A plan that the model has never seen.
      const isFamily = isChanged && random() < 0.04
      const plan = isFamily ? 'family' : random() < 0.7 ? 'basic' : 'premium'
      const visits = Math.floor(-6 * Math.log(1 - random()))
      // Some system upstream sends cents for euros.
      const income = (isChanged ? 100 : 1) * Math.exp(10.2 + 0.5 * normal())
      const loyalty = 0.9 * (visits - 4) + (plan === 'premium' ? 2 : 0)
      const score = logistic(-loyalty / 2 - (age - 44) / 20)
      // A competitor's offer, from the 12th on, turns premium customers round.
      const isTempted = isChanged && day >= 12 && plan === 'premium'
      const churned = random() < (isTempted ? 1 - score : score)
      const time = `2026-${month}-${String(day).padStart(2, '0')}`
      lines.push([time, age, plan, visits, income.toFixed(2), score.toFixed(4), churned ? 'left' : 'kept'].join(','))
    }
  }
  return `${lines.join('\n')}\n`
}

const folder = process.argv[2] ?? '.'
writeFileSync(join(folder, 'january.csv'), customers({ month: '01', days: 31, seed: 1, isChanged: false }))
writeFileSync(join(folder, 'june.csv'), customers({ month: '06', days: 30, seed: 6, isChanged: true }))
