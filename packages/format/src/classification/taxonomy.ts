/** Types of incidents and the classes that they belong to, near to the Reference Security Incident Taxonomy. */

const taxonomyOfType: ReadonlyMap<string, string> = new Map([
  ["application-compromise", "intrusions"],
  ["blacklist", "other"],
  ["brute-force", "intrusion-attempts"],
  ["burglary", "intrusions"],
  ["c2-server", "malicious-code"],
  ["copyright", "fraud"],
  ["data-leak", "information-content-security"],
  ["data-loss", "information-content-security"],
  ["ddos", "availability"],
  ["ddos-amplifier", "vulnerable"],
  ["dga-domain", "other"],
  ["dos", "availability"],
  ["exploit", "intrusion-attempts"],
  ["harmful-speech", "abusive-content"],
  ["ids-alert", "intrusion-attempts"],
  ["infected-system", "malicious-code"],
  ["information-disclosure", "vulnerable"],
  ["malware", "other"],
  ["malware-configuration", "malicious-code"],
  ["malware-distribution", "malicious-code"],
  ["masquerade", "fraud"],
  ["misconfiguration", "availability"],
  ["other", "other"],
  ["outage", "availability"],
  ["phishing", "fraud"],
  ["potentially-unwanted-accessible", "vulnerable"],
  ["privileged-account-compromise", "intrusions"],
  ["proxy", "other"],
  ["sabotage", "availability"],
  ["scanner", "information-gathering"],
  ["sniffing", "information-gathering"],
  ["social-engineering", "information-gathering"],
  ["spam", "abusive-content"],
  ["system-compromise", "intrusions"],
  ["test", "test"],
  ["tor", "other"],
  ["unauthorised-information-access", "information-content-security"],
  ["unauthorised-information-modification", "information-content-security"],
  ["unauthorized-use-of-resources", "fraud"],
  ["undetermined", "other"],
  ["unprivileged-account-compromise", "intrusions"],
  ["violence", "abusive-content"],
  ["vulnerable-system", "vulnerable"],
  ["weak-crypto", "vulnerable"],
]);

/** All types, sorted. */
export const classificationTypes: readonly string[] = [...taxonomyOfType.keys()];

/** All classes, sorted. */
export const classificationTaxonomies: readonly string[] = [...new Set(taxonomyOfType.values())].sort();

/** The class of a type; undefined when the type is unknown. */
export function taxonomyOf(type: string): string | undefined {
  return taxonomyOfType.get(type);
}

/** Names of types in earlier versions, in lower case, and what they are now. */
export const renamedTypes: ReadonlyMap<string, string> = new Map([
  ["botnet drone", "infected-system"],
  ["infected system", "infected-system"],
  ["ransomware", "infected-system"],
  ["c&c", "c2-server"],
  ["c2server", "c2-server"],
  ["unauthorized-login", "system-compromise"],
  ["unauthorized-command", "system-compromise"],
  ["compromised", "system-compromise"],
  ["backdoor", "system-compromise"],
  ["vulnerable client", "vulnerable-system"],
  ["vulnerable service", "vulnerable-system"],
  ["defacement", "unauthorised-information-modification"],
  ["leak", "data-leak"],
  ["ids alert", "ids-alert"],
  ["malware configuration", "malware-configuration"],
  ["dga domain", "dga-domain"],
  ["unknown", "undetermined"],
  ["dropzone", "other"],
]);

/** The same for classes. */
export const renamedTaxonomies: ReadonlyMap<string, string> = new Map([
  ["abusive content", "abusive-content"],
  ["information gathering", "information-gathering"],
  ["intrusion attempts", "intrusion-attempts"],
  ["malicious code", "malicious-code"],
]);
