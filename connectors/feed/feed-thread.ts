import { parentPort, workerData } from 'node:worker_threads'
import { readFeed } from './read-feed.ts'

/** Reads one feed and ends. */
const { text, address }: { text: string; address: string } = workerData
try {
  parentPort?.postMessage({ items: readFeed(text, address) })
} catch (error) {
  parentPort?.postMessage({ problem: String(error) })
}
