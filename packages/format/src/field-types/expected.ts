/** What values a type takes, for error messages: `it has to be …`. */
const expected: ReadonlyMap<string, string> = new Map([
  ["Accuracy", "a number from 0 to 100"],
  ["ASN", "the number of an autonomous system, from 1 to 4294967295, such as 64496"],
  ["Base64", "text in base64, such as dGVzdA=="],
  ["Boolean", "true or false"],
  ["ClassificationTaxonomy", "a class of the taxonomy, such as malicious-code"],
  ["ClassificationType", "a type of the taxonomy, such as scanner or infected-system"],
  ["DateTime", "a time such as 2031-01-01T00:00:00+00:00"],
  ["Float", "a number such as 1.5"],
  ["FQDN", "a host name such as www.example.com, without a final dot; addresses have fields of their own"],
  ["GenericType", "text"],
  ["Integer", "a whole number"],
  ["IPAddress", "an IP address such as 192.0.2.1 or 2001:db8::1"],
  ["IPNetwork", "a network such as 192.0.2.0/24 or 2001:db8::/32"],
  ["JSON", "JSON"],
  ["JSONDict", "a JSON object"],
  ["LowercaseString", "text without upper-case letters"],
  ["Registry", "one of AFRINIC, APNIC, ARIN, LACNIC, RIPE"],
  ["String", "text that is not empty"],
  ["TLP", "one of WHITE, GREEN, AMBER, RED"],
  ["UppercaseString", "text without lower-case letters"],
  ["URL", "a URL such as http://www.example.com/path"],
]);

/** What a value of this type has to be. */
export function expectedOf(type: string): string {
  return `it has to be ${expected.get(type) ?? `a value of the type ${type}`}`;
}
