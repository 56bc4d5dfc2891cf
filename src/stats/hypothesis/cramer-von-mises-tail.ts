/** Points of the midpoint rule; 128 give all digits as far out as e^{−xπ²/2} is a number at all. */
const NODES = 128
/** Below it lies less than 1e-11 of the distribution. */
const SMALLEST = 0.003
/** Above it the tail is smaller than any number. */
const LARGEST = 152

/**
 * Tail of the limiting distribution of Cramér and von Mises' ω², the integral of a squared Brownian bridge.
 *
 * P(ω² ≥ x) = (2/π) Σⱼ (−1)^{j−1} ∫ e^{−xu²/2} / √(−u sin u) du over u from (2j − 1)π to 2jπ, by the midpoint rule in
 * the angle θ of u = (2j − ½)π − ½π cos θ, which takes the poles at both ends away. Unlike 1 − P(ω² < x) it keeps its
 * digits where the tail is tiny.
 *
 * @param x any number; at or below .003 the tail is 1
 * @returns probability in [0, 1], non-increasing in x
 * @see Smirnov 1936; Anderson & Darling 1952
 */
export function cramerVonMisesTail(x: number): number {
  if (!(x > SMALLEST)) return 1
  if (x > LARGEST) return 0
  let sum = 0
  for (let j = 1; ; j++) {
    // No later interval can add a digit.
    if ((x * ((2 * j - 1) * Math.PI) ** 2) / 2 > 45 + (x * Math.PI ** 2) / 2) break
    sum += (j % 2 === 1 ? 1 : -1) * interval(x, j)
  }
  return Math.min(1, Math.max(0, sum))
}

function interval(x: number, j: number): number {
  let sum = 0
  for (let node = 0; node < NODES; node++) {
    const angle = ((node + 0.5) * Math.PI) / NODES
    const swing = (Math.PI / 2) * Math.cos(angle)
    const u = (2 * j - 0.5) * Math.PI - swing
    sum += (Math.sin(angle) / Math.sqrt(u * Math.cos(swing))) * Math.exp((-x * u * u) / 2)
  }
  return (sum * Math.PI) / NODES
}
