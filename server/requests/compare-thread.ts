import { parentPort, workerData } from 'node:worker_threads'
import { compareValues } from '#shared/compare-values.ts'

/** Compares two texts and ends. */
const { a, b }: { a: string; b: string } = workerData
parentPort?.postMessage(compareValues(a, b))
