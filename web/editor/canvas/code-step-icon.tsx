import {
  Braces,
  CalendarClock,
  CircleCheckBig,
  Database,
  Globe,
  Hand,
  Hourglass,
  FilePlus,
  FileText,
  KeyRound,
  PhoneIncoming,
  Radio,
  Send,
  Workflow,
  type LucideIcon,
} from 'lucide-react'

/** The marks of what code asks for, by what it is called in runs; the same as those of the steps on the canvas. */
const icons: { [call: string]: LucideIcon } = {
  run: Braces,
  sleep: Hourglass,
  sleepUntil: CalendarClock,
  waitForCall: PhoneIncoming,
  waitForEvent: Radio,
  waitForApproval: Hand,
  callFlow: Workflow,
  sendEvent: Send,
  fetch: Globe,
  'state.get': Database,
  'state.set': Database,
  'secrets.get': KeyRound,
  'files.read': FileText,
  'files.save': FilePlus,
  once: CircleCheckBig,
}

export function CodeStepIcon({ call, size }: { call: string | undefined; size: number }) {
  const Icon = (call === undefined ? undefined : icons[call]) ?? Braces
  return <Icon size={size} strokeWidth={1.75} aria-hidden />
}
