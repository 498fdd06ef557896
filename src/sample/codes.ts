/**
 * The billing codes of the sample. The codes have the form of real ones and the prices are plausible; names
 * and descriptions are ours, in plain words, and not those of the code systems' owners.
 */

export type Setting = 'professional' | 'institutional' | 'either';

export interface Code {
  readonly type: 'CPT' | 'HCPCS' | 'MS-DRG' | 'RC';
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly setting: Setting;
  /** The middle price in dollars. */
  readonly price: number;
  /** How many rows it gets, relative to the others. */
  readonly weight: number;
}

type Line = readonly [
  code: string,
  name: string,
  description: string,
  setting: Setting,
  price: number,
  weight: number,
];

const cpt: readonly Line[] = [
  ['10060', 'Drain small abscess', 'Opening and draining of a small skin abscess', 'either', 128, 2],
  ['11042', 'Wound cleaning', 'Removal of dead tissue from a wound', 'either', 135, 2],
  ['17000', 'Skin growth, first', 'Freezing of the first early skin growth', 'professional', 72, 2],
  ['20610', 'Large joint injection', 'Injection or draining of a large joint', 'either', 68, 3],
  ['27447', 'Knee replacement', 'Replacement of a whole knee joint', 'either', 1480, 2],
  ['29881', 'Knee scope, cartilage', 'Keyhole repair of knee cartilage', 'either', 610, 2],
  ['31231', 'Nose endoscopy', 'Look into the nose with a scope', 'professional', 215, 1],
  ['33208', 'Pacemaker', 'Placing of a pacemaker with two leads', 'either', 590, 1],
  ['36415', 'Blood draw', 'Taking of blood from a vein', 'either', 6.5, 5],
  ['43239', 'Stomach scope, biopsy', 'Upper endoscopy with samples taken', 'either', 390, 3],
  ['45378', 'Colon scope', 'Look into the whole colon with a scope', 'either', 365, 3],
  ['45385', 'Colon scope, polyp', 'Colon endoscopy with a polyp removed', 'either', 510, 3],
  ['47562', 'Gallbladder removal', 'Keyhole removal of the gallbladder', 'either', 720, 2],
  ['59400', 'Maternity care', 'Care from pregnancy through birth and after', 'professional', 2650, 2],
  ['62323', 'Spine injection', 'Injection near the lower spine with imaging', 'either', 265, 2],
  ['64483', 'Nerve root injection', 'Injection at a nerve root of the lower back', 'either', 280, 2],
  ['66984', 'Cataract surgery', 'Exchange of a clouded lens of the eye', 'either', 690, 3],
  ['70450', 'CT head', 'Computed tomography of the head, plain', 'either', 145, 3],
  ['70553', 'MRI brain', 'Magnetic resonance of the brain, both ways', 'either', 410, 3],
  ['71046', 'Chest x-ray', 'X-ray of the chest from two sides', 'either', 34, 4],
  ['72148', 'MRI lower back', 'Magnetic resonance of the lower spine', 'either', 265, 3],
  ['73721', 'MRI leg joint', 'Magnetic resonance of a joint of the leg', 'either', 270, 3],
  ['74177', 'CT belly', 'Computed tomography of belly and pelvis', 'either', 340, 3],
  ['76805', 'Pregnancy ultrasound', 'Ultrasound of mother and child', 'either', 152, 2],
  ['77067', 'Breast screening', 'Screening x-ray of both breasts', 'either', 142, 4],
  ['80053', 'Metabolic panel', 'Blood test of fourteen measures', 'either', 10.6, 5],
  ['80061', 'Lipid panel', 'Blood test of fats and cholesterol', 'either', 13.4, 4],
  ['83036', 'Long-term sugar', 'Blood test of average blood sugar', 'either', 9.7, 4],
  ['84443', 'Thyroid test', 'Blood test of a thyroid hormone', 'either', 16.8, 3],
  ['85025', 'Blood count', 'Full count of blood cells by machine', 'either', 7.8, 5],
  ['87635', 'Virus test', 'Laboratory test for a respiratory virus', 'either', 51, 2],
  ['88305', 'Tissue exam', 'Laboratory look at a tissue sample', 'either', 71, 3],
  ['90471', 'Vaccine given', 'Giving of one vaccine by injection', 'professional', 21, 3],
  ['90834', 'Talk therapy, medium', 'Session of talk therapy, medium length', 'professional', 92, 4],
  ['90837', 'Talk therapy, long', 'Session of talk therapy, long', 'professional', 134, 4],
  ['92014', 'Eye exam', 'Full eye exam of a known patient', 'professional', 118, 3],
  ['93000', 'Heart tracing', 'Electrical tracing of the heart with report', 'professional', 18, 4],
  ['93306', 'Heart ultrasound', 'Ultrasound of the heart with flow', 'either', 205, 3],
  ['95810', 'Sleep study', 'Watched night of sleep with recording', 'either', 640, 1],
  ['97110', 'Exercise therapy', 'Therapeutic exercise, a quarter of an hour', 'either', 31, 5],
  ['97140', 'Manual therapy', 'Hands-on therapy, a quarter of an hour', 'either', 29, 5],
  ['99203', 'New office visit', 'Office visit of a new patient, low need', 'professional', 116, 8],
  ['99204', 'New office visit, long', 'Office visit of a new patient, middle need', 'professional', 172, 8],
  ['99213', 'Office visit', 'Office visit of a known patient, low need', 'professional', 95, 14],
  ['99214', 'Office visit, long', 'Office visit of a known patient, middle need', 'professional', 134, 14],
  ['99284', 'Emergency visit', 'Emergency visit of high need', 'either', 128, 4],
  ['99396', 'Yearly check-up', 'Preventive visit of a known adult', 'professional', 128, 5],
  ['3074F', 'Blood pressure report', 'Quality report, carries no price', 'professional', 0, 1],
];

const hcpcs: readonly Line[] = [
  ['A0429', 'Ambulance, basic', 'Emergency ride by ambulance, basic care', 'professional', 420, 1],
  ['A4253', 'Sugar test strips', 'Box of strips for blood sugar at home', 'professional', 12, 1],
  ['E0601', 'Breathing device', 'Device for steady air pressure in sleep', 'professional', 84, 2],
  ['E1390', 'Oxygen device', 'Device that makes oxygen at home', 'professional', 92, 1],
  ['G0101', 'Pelvic exam', 'Screening exam of breast and pelvis', 'professional', 41, 2],
  ['G0283', 'Electric stimulation', 'Electric stimulation in a course of therapy', 'either', 11.5, 2],
  ['G0439', 'Yearly wellness visit', 'Wellness visit after the first year', 'professional', 131, 3],
  ['J0585', 'Botulinum toxin', 'Injected toxin, one unit', 'either', 6.4, 1],
  ['J1100', 'Dexamethasone', 'Injected steroid, one milligram', 'either', 0.14, 2],
  ['J1885', 'Ketorolac', 'Injected pain medicine, per portion', 'either', 0.62, 2],
  ['J9271', 'Pembrolizumab', 'Infused cancer medicine, one milligram', 'either', 58, 1],
  ['L1833', 'Knee brace', 'Ready-made brace of the knee', 'professional', 610, 1],
  ['Q4081', 'Epoetin', 'Injected medicine for dialysis, per portion', 'either', 0.9, 1],
];

const msDrg: readonly Line[] = [
  ['001', 'Heart transplant', 'Heart transplant or assist device, severe', 'institutional', 940000, 0.7],
  ['189', 'Lung failure', 'Stay for failing lungs or fluid in them', 'institutional', 14200, 1],
  ['194', 'Pneumonia', 'Stay for pneumonia with complication', 'institutional', 10400, 1],
  ['247', 'Heart vessel stent', 'Stay for a stent in a heart vessel', 'institutional', 24800, 1],
  ['291', 'Heart failure', 'Stay for heart failure, severe', 'institutional', 15600, 1],
  ['392', 'Stomach trouble', 'Stay for trouble of stomach or bowel', 'institutional', 8900, 1],
  ['470', 'Joint replacement', 'Stay for a new hip or knee', 'institutional', 22400, 2],
  ['743', 'Womb surgery', 'Stay for surgery of the womb', 'institutional', 13100, 1],
  ['788', 'Cesarean birth', 'Stay for a birth by surgery', 'institutional', 11200, 2],
  ['795', 'Healthy newborn', 'Stay of a healthy newborn', 'institutional', 2300, 2],
  ['807', 'Birth', 'Stay for a birth without complication', 'institutional', 7800, 2],
  ['871', 'Blood poisoning', 'Stay for blood poisoning, severe', 'institutional', 18900, 1],
];

const revenue: readonly Line[] = [
  ['0120', 'Room for two', 'Day in a shared room', 'institutional', 1650, 2],
  ['0200', 'Intensive care', 'Day in intensive care', 'institutional', 4100, 1],
  ['0250', 'Pharmacy', 'Medicines of a stay', 'institutional', 310, 1],
  ['0360', 'Operating room', 'Use of an operating room', 'institutional', 2900, 1],
  ['0450', 'Emergency room', 'Use of an emergency room', 'institutional', 940, 2],
  ['0636', 'Costly medicines', 'Medicines billed one by one', 'institutional', 520, 1],
  ['0762', 'Observation', 'Hours under observation', 'institutional', 1280, 1],
];

function readLines(type: Code['type'], lines: readonly Line[]): Code[] {
  return lines.map(([code, name, description, setting, price, weight]) => ({
    type,
    code,
    name,
    description,
    setting,
    price,
    weight,
  }));
}

/** In the order in which files list them. */
export const codes: readonly Code[] = [
  ...readLines('CPT', cpt),
  ...readLines('HCPCS', hcpcs),
  ...readLines('MS-DRG', msDrg),
  ...readLines('RC', revenue),
];
