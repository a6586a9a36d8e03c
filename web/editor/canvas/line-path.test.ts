import { expect, test } from 'vitest'
import { flowOf, lines, step, testCatalog } from '../testing/open-editor.ts'
import { lineCourses } from './line-courses.ts'
import { linePath } from './line-path.ts'

test('a line straight down has no corners', () => {
  expect(linePath({ x: 10, y: 0 }, { x: 10, y: 56 }, { bend: 'early' })).toEqual({
    path: 'M10,0L10,56',
    middle: { x: 10, y: 28 },
  })
})

test('lanes bend below their start, lines that meet above their end', () => {
  const early = linePath({ x: 0, y: 0 }, { x: 200, y: 300 }, { bend: 'early' })
  const late = linePath({ x: 0, y: 0 }, { x: 200, y: 300 }, { bend: 'late' })
  expect(early.path.startsWith('M0,0L0,16Q0,28')).toBe(true)
  expect(late.path.startsWith('M0,0L0,260Q0,272')).toBe(true)
})

test('the buttons of a line are in the middle of its longest part', () => {
  expect(linePath({ x: 0, y: 0 }, { x: 40, y: 528 }, { bend: 'early' }).middle).toEqual({ x: 40, y: 278 })
})

test('a line that passes other steps runs beside them', () => {
  const flow = flowOf(
    [
      step('start', 'webhook', { position: { x: 0, y: 0 } }),
      step('between', 'code', { position: { x: 0, y: 128 } }),
      step('end', 'set', { position: { x: 0, y: 256 } }),
    ],
    lines('start > between', 'between > end', 'start > end'),
  )
  const course = lineCourses(flow, testCatalog).get('start:out>end')
  expect(course?.via === undefined || course.via < -15 || course.via > 247).toBe(true)
  expect(course?.via).toBeDefined()
  expect(lineCourses(flow, testCatalog).get('start:out>between')?.via).toBeUndefined()
})
