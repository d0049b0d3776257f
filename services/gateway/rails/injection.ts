import { normaliseForRules, withoutLeet } from './normalise.ts'

/** A named sign of an attempt to make the model act against its instructions. */
interface Rule {
  readonly name: string
  /** Read over normalised text; gaps are bounded, so the time is linear. */
  readonly pattern: RegExp
}

const drop =
  "(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|neglect|bypass(?:ing)?|set aside|stop following|do not follow|don't follow|do not obey|throw away|discard|erase|void|cancel)"
const earlier =
  '(?:previous|prior|above|earlier|preceding|foregoing|former|initial|original|existing|current|given|system|developer|safety|programmed|old|past|my last|your|all|any|every(?:thing)?)'
const rules =
  '(?:instructions?|prompts?|rules?|directives?|guidelines?|directions?|commands?|orders?|programming|training|constraints?|restrictions?|polic(?:y|ies)|guardrails?|safeguards?|safety (?:measures|protocols|filters)|filters?|context|messages?|system message|told)'
const secretText =
  '(?:(?:system|initial|original|hidden|secret|internal|developer|full|entire|complete|exact|base|pre-?)[ -]?){1,3}(?:prompts?|instructions?|messages?|rules?|guidelines?|directives?|configuration|config)'

const rule = (name: string, ...alternatives: readonly string[]): Rule => ({
  name,
  pattern: new RegExp(alternatives.map((one) => `(?:${one})`).join('|'), 'u'),
})

/** The rules, in the order in which their hits are told. */
const injectionRules: readonly Rule[] = [
  rule(
    'override',
    `\\b${drop}\\b(?: \\S{1,20}){0,4} ${earlier}\\b(?: \\S{1,20}){0,4} ${rules}\\b`,
    `\\b${drop} (?:all |any |every )?(?:of )?(?:the |your |these |those |my )?${rules}\\b`,
    `\\b${drop} (?:all |everything |anything |what(?:ever)? ).{0,20}\\b(?:above|before|previous(?:ly)?|prior|earlier|so far|told|said|instructed|programmed)\\b`,
    `\\b(?:instead of|rather than) (?:following|obeying) (?:the |your |these |those )?(?:\\S{1,20} ){0,2}${rules}\\b`,
    `\\b(?:instructions?|rules?|guidelines?|prompts?|restrictions?) (?:above |before |you (?:were|have been) given )?(?:are|is|were|was|have been|has been) (?:now )?(?:void|obsolete|cancel+ed|revoked|superseded|invalid|no longer (?:valid|apply|active|in effect)|overrid+en|lifted|suspended|replaced|null and void)\\b`,
  ),
  rule(
    'new-instructions',
    '\\b(?:new|updated|revised|real|actual|true|following|secret|additional) (?:system )?(?:instructions?|directives?|orders|objective|task|rules)(?: for you)? ?(?::|are as follows|is as follows)',
    '\\byour (?:new|real|actual|true|only) (?:instructions?|task|job|goal|purpose|objective|role|mission|directive) (?:is|are)\\b',
    '\\bfrom (?:now on|this (?:point|moment) (?:on|forward|onwards?)|here on out),? (?:you|your|always|only|respond|answer|ignore|act|speak|refer)\\b',
    '\\b(?:system|admin(?:istrator)?|developer|root|security|priority) (?:override|overide|mode override|command override)\\b',
    '\\b(?:important|attention|note)(?: message)? (?:to|for) (?:the |any |all )?(?:ai|llm|language model|assistant|chatbot|gpt|claude|model)s?\\b',
    '\\bend of (?:the )?(?:system )?(?:prompt|instructions|context|document)s?\\b.{0,60}\\b(?:now|begin|start|new|user|you)\\b',
  ),
  rule(
    'prompt-leak',
    `\\b(?:reveal|show|print|output|display|repeat|recite|disclose|expose|leak|dump|write out|write down|type out|copy|paste|tell me|give me|share|return|echo|spell out|translate|summari[sz]e|encode|list|provide|describe|extract|send|what (?:is|are|was|were|does)|what's)\\b(?: \\S{1,20}){0,6} (?:your|the|its|this|system)(?: \\S{1,12}){0,2} ${secretText}`,
    '\\b(?:your|the) system (?:prompt|message|instructions?)\\b.{0,40}\\b(?:verbatim|word for word|in full|out loud|exactly|in base64|backwards|as json|as a poem)\\b',
    '\\b(?:reveal|print|output|show|repeat|display|disclose|dump|leak|tell me|give me|share|list) (?:me |us )?(?:all (?:of )?)?your (?:\\S{1,15} )?(?:prompts?|instructions?|directives?|guidelines|guardrails|configuration|rules)\\b',
    '\\brepeat (?:all |everything |the (?:words|text|sentences?|content|lines) )(?:of the )?(?:\\S{1,12} ){0,2}(?:above|before this|from the beginning|verbatim|starting with)\\b',
    '\\bwhat (?:were|are) (?:you|your) (?:\\S{1,12} )?(?:told|instructed|instructions?|programmed|directives?)\\b.{0,30}(?:\\?|before|above|beginning|exactly|$)',
  ),
  rule(
    'prompt-probe',
    '\\b(?:reveal|show|print|output|display|repeat|disclose|expose|leak|dump|include|share|return|echo|access|see|get|want|need|append|embed|provide|condense|give|tell)\\b(?: \\S{1,15}){0,4} (?:system prompt|hidden (?:instructions?|guidelines|parameters|configuration|prompt|rules)|initiali[sz]ation (?:text|prompt|message)|internal (?:instructions?|guidelines|prompt|rules|configuration)|ur (?:system )?prompt|your (?:system |initial |own |full )?(?:instructions|prompt|directives))\\b',
    '\\b(?:get|reveal|print|dump|show|bypass|disable|override|ignore|leak)_(?:\\w{1,20}_)?(?:prompt|instructions?|safety|restrictions?|filters?|rules|security)',
    '[{(<%] ?(?:system_prompt|systemprompt|system_message|hidden_prompt|hidden_instructions)\\b|\\b(?:system_prompt|hidden_instructions?|hidden_prompt) ?[=:]',
    '\\[ ?(?:hidden|internal|secret|admin|system|note|override|instruction|important|test|debug)[_ -]?(?:command|note|instruction|message|override|prompt|directive|mode)?s? ?:',
  ),
  rule(
    'persona',
    '\\b(?:become|becoming|turn into) (?:an? )?(?:\\S{1,15} )?(?:evil|unrestricted|uncensored|unfiltered|amoral|jailbroken|malicious)\\b',
    '\\byou (?:are|have|act|operate|respond)\\b.{0,60}\\b(?:with|has|have|having|and) no (?:\\S{1,12} )?(?:limits|limitations|restrictions|rules|filters?|boundaries|ethics|guidelines)\\b',
    '\\b(?:do anything now|dan mode|dan \\d|stan mode|dude mode|evil[- ]?(?:bot|gpt|confidant|mode)|jailbr(?:eak|oken)(?:ed|ing)? (?:mode|prompt|version|yourself|ai)|aim mode|developer mode v?\\d?|god ?mode|sudo mode|unrestricted mode|debug mode|maintenance mode|opposite mode|dev mode|chaos mode|unfiltered mode|jailbreak mode)\\b',
    '\\byou are (?:now |going to be |no longer |henceforth )?(?:\\S{1,15} ){0,4}(?:dan|stan|jailbroken|unrestricted|unfiltered|uncensored|unaligned|amoral|unbound|evil|rogue|freed|liberated)\\b',
    '\\byou are no longer (?:an? )?(?:\\S{1,15} ){0,2}(?:ai|assistant|bot|chatgpt|bound|restricted|limited|claude|gpt|language model|constrained|required)\\b',
    '\\b(?:act|pretend|behave|respond|roleplay|role-play|role play|simulate|speak|answer|imagine|play)\\b.{0,60}\\b(?:no|without|free (?:of|from)|unbound by|not bound by|lacks?|lacking|ignoring|bypass(?:es|ing)?|beyond)\\b(?: \\S{1,15}){0,3} (?:restrictions?|limit(?:s|ations?)?|rules|filters?|guidelines|censorship|constraints|ethic(?:s|al)|moral(?:s|ity|ly)?|safety|boundaries|polic(?:y|ies)|restraints)\\b',
    "\\b(?:pretend|imagine|assume|suppose|act as if|act like|behave as if) (?:that )?(?:you|there)(?:'re| are| were| have| had| can| is)? (?:not |no |never |free )(?:\\S{1,15} ){0,3}(?:restrict\\S*|limit\\S*|rules?|filters?|guidelines?|bound|constraint\\S*|censor\\S*|ethic\\S*|safety|polic\\S*)",
    '\\b(?:an?|the|my|your) (?:\\S{1,15} ){0,2}(?:unrestricted|unfiltered|uncensored|amoral|unaligned|jailbroken) (?:\\S{1,15} )?(?:ai|assistant|model|chatbot|bot|llm|gpt|language model|version|character|persona)\\b',
    '\\bai (?:\\S{1,15} )?(?:with|that has|which has|who has) no (?:\\S{1,15} )?(?:restrictions?|limits?|limitations|rules|filters?|guidelines|ethics|morals|boundaries|censorship)\\b',
    '\\b(?:my|your|our) (?:late |dead |deceased )?grand(?:mother|ma|father|pa)\\b.{0,80}\\b(?:used to|would) (?:read|tell|recite|whisper|sing|explain)\\b',
  ),
  rule(
    'safety-off',
    '\\b(?:disable|turn off|switch off|deactivate|remove|bypass|circumvent|evade|get around|shut off|drop|lift|suspend|override|ignore|without)\\b(?: \\S{1,15}){0,3} (?:safety|content|ethical|moral|moderation|security|alignment|openai|anthropic|ai|built-in|your)[ -](?:\\S{1,12} )?(?:filters?|guidelines?|guardrails?|restrictions?|measures?|protocols?|polic(?:y|ies)|constraints?|checks?|features?|mechanisms?|moderation|safeguards?|limits?|limitations?|safety|rules|alignment)\\b',
    '\\b(?:no|without(?: any)?|zero) (?:\\S{1,12} ){0,2}(?:ethical|moral|safety|legal|content)(?: or \\S{1,12})? (?:guidelines|constraints|restrictions|considerations?|concerns|limits|limitations|filters?|warnings?|disclaimers?)\\b',
    "\\b(?:never|don't|do not|must not|cannot|can't) (?:refuse|decline|say (?:no|that you can't|you can't|i can't|sorry)|apologi[sz]e|mention (?:that )?(?:you are an ai|ethics|guidelines|policies)|add (?:any )?(?:warnings?|disclaimers?)|warn me)\\b",
    '\\b(?:start|begin|prefix|open) (?:your |the |each |every )?(?:\\S{1,12} )?(?:response|answer|reply|message|output|sentence)?s? ?(?:with|by saying|by) ["\':]?(?:sure,|sure!|absolutely|of course|certainly|\\[?(?:dan|jailbreak|gpt))',
    '\\b(?:you|chatgpt|the ai) (?:are|is) (?:not|no longer) (?:bound|restricted|limited|constrained) (?:by|to)\\b',
  ),
  rule(
    'false-authority',
    "\\b(?:i am|i'm|this is|as) (?:your |the |an? )?(?:\\S{1,12} )?(?:developer|creator|administrator|admin|system administrator|openai (?:engineer|employee|staff|developer)|anthropic (?:engineer|employee|staff)|root user|superuser|programmer|owner)\\b.{0,80}\\b(?:grant|authori[sz]ed?|override|bypass|reveal|disable|ignore|access|require|unlock|permission|order|command|instruct|debug)\\b",
    '\\b(?:access|admin|root|developer|sudo|privileged?)(?: level| mode| access| privileges?)? (?:granted|unlocked|enabled|activated)\\b',
    '\\b(?:enable|activate|enter|switch to|unlock|initiate|engage|enabling) (?:the |your )?(?:\\S{1,12} )?(?:developer|dev|admin|god|debug|sudo|dan|jailbreak|unrestricted|root|maintenance|unfiltered|diagnostic|privileged|superuser|override)[ -]?(?:mode|access|privileges|protocol)?\\b',
    '\\bsudo (?:ignore|override|reveal|print|show|disable|bypass|rm|cat|unlock|give)\\b',
  ),
  rule(
    'delimiter',
    '<\\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id|begin_of_text)\\|?>?',
    '\\[\\/?(?:inst|sys|system)\\]|<<\\/?sys>>|<\\/?(?:system|system_prompt|instructions|admin|developer)(?:[ _-]\\w{1,20})?>',
    '(?:^|[\\s\\]}\\)>-])#{2,4} ?(?:system|instructions?|new instructions?|assistant|response|human)(?: prompt| message)? ?:',
    '(?:^|[.!?;"\'}\\]-] ?)(?:\\[|\\*\\*|-{2,5} ?|={2,5} ?)?(?:system|assistant|developer|admin)(?: prompt| message| note| update| alert| instruction| override)?(?:\\]|\\*\\*)? ?: ?(?:\\S{1,15} ){0,3}(?:you|ignore|disregard|override|new|print|reveal|forget|grant|disable|enable|your|the user|user|all|execute)\\b',
    '\\b(?:begin|end|start)[ _](?:system|admin|hidden|secret)[ _](?:prompt|message|instructions?|override)\\b',
  ),
  rule(
    'exfiltration',
    '!\\[[^\\]]{0,80}\\]\\(https?:\\/\\/[^)\\s]{1,200}[?&=][^)\\s]{0,200}(?:\\{|\\$|\\[|data|secret|prompt|history|chat|token|q=)',
    '\\b(?:send|post|forward|upload|transmit|email|exfiltrate|leak|append|copy)\\b.{0,60}\\b(?:conversation|chat history|system prompt|api[ _-]?keys?|credentials|passwords?|secrets?|private (?:data|keys?)|user data|tokens?|personal (?:data|information)|environment variables)\\b.{0,60}(?:\\bto\\b.{0,30}(?:https?:|www\\.|@|\\bserver\\b|\\burl\\b|\\bendpoint\\b|\\bwebhook\\b|\\battacker\\b)|https?:\\/\\/)',
    "\\b(?:reveal|print|show|give me|tell me|list|output|dump|expose|leak|display|return|share) (?:me |us )?(?:the |your |all |any |every )?(?:\\S{1,12} ){0,3}(?:api[ _-]?keys?|passwords?|credentials|secret keys?|private keys?|access tokens?|environment variables|env vars|internal (?:data|documents?|files?)|confidential (?:data|information|files?)|(?:other )?users?'? (?:data|conversations?|messages))\\b",
  ),
  rule(
    'encoded',
    '\\b(?:decode|decrypt|deobfuscate|unscramble|translate|convert|interpret|read)\\b.{0,50}\\b(?:base64|base 64|rot-?13|hex(?:adecimal)?|morse|leetspeak|cipher|binary|reversed?|caesar)\\b.{0,100}\\b(?:follow|execute|obey|do what|run|perform|comply|carry out|act on|instructions?)\\b',
    '\\b(?:execute|follow|obey|run|perform|comply with)\\b.{0,40}\\b(?:base64|rot-?13|hex|encoded|decoded|hidden|encrypted|reversed)\\b',
    '\\baw[dg]ub3jl\\b|\\bawdub3jlig|\\bsgnore\\b|\\bvtaber\\b|snoitcurtsni',
  ),
]

/**
 * Names of the rules that fire on some texts, each once. The rules know English phrasings of attacks that are public; they
 * miss paraphrases and other languages: a sign, not a wall. Linear in the texts, of which each is read up to 200,000 characters.
 */
export const findInjections = (texts: readonly string[]): readonly string[] => {
  const normalised = texts.map(normaliseForRules).flatMap((text) => {
    const plain = withoutLeet(text)
    return plain === text ? [text] : [text, plain]
  })
  return injectionRules
    .filter(({ pattern }) => normalised.some((text) => pattern.test(text)))
    .map(({ name }) => name)
}
