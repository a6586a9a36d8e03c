import { Play, Settings, Workflow, type LucideIcon } from 'lucide-react'

export interface Destination {
  to: '/flows' | '/runs' | '/settings'
  label: string
  icon: LucideIcon
}

export const flowsDestination: Destination = { to: '/flows', label: 'Flows', icon: Workflow }
export const runsDestination: Destination = { to: '/runs', label: 'Runs', icon: Play }
export const settingsDestination: Destination = { to: '/settings', label: 'Settings', icon: Settings }
