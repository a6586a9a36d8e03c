import type { Point } from '../state.ts'

const radius = 12
const turn = 28

export interface LineCourse {
  /** Where a line that passes beside other cards runs down. */
  via?: number | undefined
  /** Bends just above its end, as lines that meet do; otherwise just below its start, as lanes do. */
  bend: 'early' | 'late'
  /** Leaves at the side, as the way taken after a failure does. */
  side?: boolean
}

/** The course of a line: straight parts with rounded corners, and its middle, where its buttons go. */
export function linePath(from: Point, to: Point, course: LineCourse): { path: string; middle: Point } {
  const points = simplified(cornersOf(from, to, course))
  return { path: rounded(points), middle: middleOf(points) }
}

function cornersOf(from: Point, to: Point, { via, bend, side = false }: LineCourse): Point[] {
  if (side && via === undefined && to.x >= from.x + radius && to.y >= from.y + turn) return [from, { x: to.x, y: from.y }, to]
  const start: Point[] = side ? [from, { x: Math.max(from.x + turn, via ?? from.x + turn), y: from.y }] : [from]
  const last = start.at(-1) ?? from
  const isBelow = to.y - last.y >= turn * 1.5
  if (!isBelow) return aroundCorners(start, last, to)
  if (side) return [...start, { x: last.x, y: to.y - turn }, { x: to.x, y: to.y - turn }, to]
  if (via !== undefined) {
    return [
      from,
      { x: from.x, y: from.y + turn },
      { x: via, y: from.y + turn },
      { x: via, y: to.y - turn },
      { x: to.x, y: to.y - turn },
      to,
    ]
  }
  const y = bend === 'early' ? Math.min(from.y + turn, to.y - turn / 2) : Math.max(to.y - turn, from.y + turn / 2)
  return [from, { x: from.x, y }, { x: to.x, y }, to]
}

/** For a step that was placed above the one it follows: down, beside, up and in from above. */
function aroundCorners(start: Point[], last: Point, to: Point): Point[] {
  const low = last.y + turn
  const high = to.y - turn
  const beside = Math.abs(to.x - last.x) > 300 ? (last.x + to.x) / 2 : Math.max(last.x, to.x) + 160
  return [...start, { x: last.x, y: low }, { x: beside, y: low }, { x: beside, y: high }, { x: to.x, y: high }, to]
}

function simplified(points: Point[]): Point[] {
  const distinct = points.filter((point, index) => {
    const before = points[index - 1]
    return before === undefined || Math.abs(before.x - point.x) > 0.5 || Math.abs(before.y - point.y) > 0.5
  })
  return distinct.filter((point, index) => {
    const before = distinct[index - 1]
    const after = distinct[index + 1]
    if (before === undefined || after === undefined) return true
    const isStraight = (before.x === point.x && point.x === after.x) || (before.y === point.y && point.y === after.y)
    return !isStraight
  })
}

function rounded(points: Point[]): string {
  const [first, ...others] = points
  if (first === undefined) return ''
  let path = `M${first.x},${first.y}`
  let before = first
  for (const [index, point] of others.entries()) {
    const after = others[index + 1]
    if (after === undefined) path += `L${point.x},${point.y}`
    else {
      const size = Math.min(radius, distance(before, point) / 2, distance(point, after) / 2)
      const enter = towards(point, before, size)
      const leave = towards(point, after, size)
      path += `L${enter.x},${enter.y}Q${point.x},${point.y} ${leave.x},${leave.y}`
    }
    before = point
  }
  return path
}

/** The middle of the longest straight part: never in a corner. */
function middleOf(points: Point[]): Point {
  const parts = points.slice(1).map((to, index) => ({ from: points[index] ?? to, to }))
  const [longest] = parts.toSorted((a, b) => distance(b.from, b.to) - distance(a.from, a.to))
  return longest === undefined
    ? (points[0] ?? { x: 0, y: 0 })
    : towards(longest.from, longest.to, distance(longest.from, longest.to) / 2)
}

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to)
  if (length === 0) return from
  return { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length }
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)
