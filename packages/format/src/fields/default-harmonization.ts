/**
 * The fields of IntelMQ 3: names, types and constraints. `source.*` is the affected or malicious side, `destination.*` the
 * other one. Fields of later versions are in `laterFields`.
 */
import type { FieldDefinition, Harmonization } from "./harmonization.ts";

const event: ReadonlyMap<string, FieldDefinition> = new Map<string, FieldDefinition>([
  [
    "classification.identifier",
    { type: "String", description: "What exactly it is about: software, protocol, vulnerability or malware family." },
  ],
  ["classification.taxonomy", { type: "ClassificationTaxonomy", length: 100, description: "Class of the incident." }],
  ["classification.type", { type: "ClassificationType", description: "Type of the incident within its class." }],
  ["comment", { type: "String", description: "Free text for people." }],
  [
    "destination.abuse_contact",
    { type: "LowercaseString", description: "Addresses for complaints, separated by commas." },
  ],
  ["destination.account", { type: "String", description: "Account name." }],
  ["destination.allocated", { type: "DateTime", description: "When the network was allocated." }],
  ["destination.as_name", { type: "String", description: "Name of the autonomous system." }],
  ["destination.asn", { type: "ASN", description: "Number of the autonomous system." }],
  ["destination.domain_suffix", { type: "FQDN", description: "Public suffix of the name." }],
  ["destination.fqdn", { type: "FQDN", regex: "^.*[^\\.]$", description: "Host name, without a final dot." }],
  [
    "destination.geolocation.cc",
    { type: "UppercaseString", length: 2, regex: "^[a-zA-Z0-9]{2}$", description: "Country code, two letters." },
  ],
  ["destination.geolocation.city", { type: "String", description: "City." }],
  ["destination.geolocation.country", { type: "String", description: "Country name." }],
  ["destination.geolocation.latitude", { type: "Float", description: "Latitude in degrees." }],
  ["destination.geolocation.longitude", { type: "Float", description: "Longitude in degrees." }],
  ["destination.geolocation.region", { type: "String", description: "Region." }],
  ["destination.geolocation.state", { type: "String", description: "State." }],
  ["destination.ip", { type: "IPAddress", description: "IP address." }],
  ["destination.local_hostname", { type: "String", description: "Host name in the local network." }],
  ["destination.local_ip", { type: "IPAddress", description: "IP address in the local network." }],
  ["destination.network", { type: "IPNetwork", description: "Network in CIDR notation." }],
  ["destination.port", { type: "Integer", description: "Port." }],
  ["destination.registry", { type: "Registry", length: 7, description: "Regional internet registry." }],
  ["destination.reverse_dns", { type: "FQDN", regex: "^.*[^\\.]$", description: "Name that the address resolves to." }],
  ["destination.tor_node", { type: "Boolean", description: "Whether the address was a Tor exit node." }],
  ["destination.url", { type: "URL", description: "URL." }],
  ["destination.urlpath", { type: "String", description: "Path of a URL." }],
  ["event_description.target", { type: "String", description: "What was attacked or is affected, in words." }],
  ["event_description.text", { type: "String", description: "Description of the event." }],
  ["event_description.url", { type: "URL", description: "Where the event is described." }],
  [
    "event_hash",
    { type: "UppercaseString", length: 40, regex: "^[A-F0-9./]+$", description: "Hash that identifies the event." },
  ],
  ["extra", { type: "JSONDict", description: "Everything that has no field of its own." }],
  ["feed.accuracy", { type: "Accuracy", description: "How far the feed is to be trusted, 0 to 100." }],
  ["feed.code", { type: "String", length: 100, description: "Short code of the feed." }],
  ["feed.documentation", { type: "String", description: "Where the feed is described." }],
  ["feed.name", { type: "String", description: "Name of the feed." }],
  ["feed.provider", { type: "String", description: "Who publishes the feed." }],
  ["feed.url", { type: "URL", description: "Where the data was collected." }],
  ["malware.hash.md5", { type: "String", length: 200, regex: "^[ -~]+$", description: "MD5 of the malware." }],
  ["malware.hash.sha1", { type: "String", length: 200, regex: "^[ -~]+$", description: "SHA-1 of the malware." }],
  ["malware.hash.sha256", { type: "String", length: 200, regex: "^[ -~]+$", description: "SHA-256 of the malware." }],
  ["malware.name", { type: "LowercaseString", regex: "^[ -~]+$", description: "Name of the malware." }],
  ["malware.version", { type: "String", regex: "^[ -~]+$", description: "Version of the malware." }],
  [
    "misp.attribute_uuid",
    {
      type: "LowercaseString",
      length: 36,
      regex: "^[a-z0-9]{8}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{12}$",
      description: "UUID of the MISP attribute.",
    },
  ],
  [
    "misp.event_uuid",
    {
      type: "LowercaseString",
      length: 36,
      regex: "^[a-z0-9]{8}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[0-9a-z]{12}$",
      description: "UUID of the MISP event.",
    },
  ],
  ["output", { type: "JSON", description: "The event in the form of another system, as JSON." }],
  [
    "protocol.application",
    { type: "LowercaseString", length: 100, regex: "^[ -~]+$", description: "Application protocol, such as http." },
  ],
  [
    "protocol.transport",
    {
      type: "LowercaseString",
      length: 11,
      iregex:
        "^(ip|icmp|igmp|ggp|ipencap|st2|tcp|cbt|egp|igp|bbn-rcc|nvp(-ii)?|pup|argus|emcon|xnet|chaos|udp|mux|dcn|hmp|prm|xns-idp|trunk-1|trunk-2|leaf-1|leaf-2|rdp|irtp|iso-tp4|netblt|mfe-nsp|merit-inp|sep|3pc|idpr|xtp|ddp|idpr-cmtp|tp\\+\\+|il|ipv6|sdrp|ipv6-route|ipv6-frag|idrp|rsvp|gre|mhrp|bna|esp|ah|i-nlsp|swipe|narp|mobile|tlsp|skip|ipv6-icmp|ipv6-nonxt|ipv6-opts|cftp|sat-expak|kryptolan|rvd|ippc|sat-mon|visa|ipcv|cpnx|cphb|wsn|pvp|br-sat-mon|sun-nd|wb-mon|wb-expak|iso-ip|vmtp|secure-vmtp|vines|ttp|nsfnet-igp|dgp|tcf|eigrp|ospf|sprite-rpc|larp|mtp|ax.25|ipip|micp|scc-sp|etherip|encap|gmtp|ifmp|pnni|pim|aris|scps|qnx|a/n|ipcomp|snp|compaq-peer|ipx-in-ip|vrrp|pgm|l2tp|ddx|iatp|st|srp|uti|smp|sm|ptp|isis|fire|crtp|crdup|sscopmce|iplt|sps|pipe|sctp|fc|divert)$",
      description: "Transport protocol, such as tcp.",
    },
  ],
  ["raw", { type: "Base64", description: "The data as it came." }],
  ["rtir_id", { type: "Integer", description: "Ticket number in Request Tracker." }],
  ["screenshot_url", { type: "URL", description: "Where a screenshot is." }],
  ["source.abuse_contact", { type: "LowercaseString", description: "Addresses for complaints, separated by commas." }],
  ["source.account", { type: "String", description: "Account name." }],
  ["source.allocated", { type: "DateTime", description: "When the network was allocated." }],
  ["source.as_name", { type: "String", description: "Name of the autonomous system." }],
  ["source.asn", { type: "ASN", description: "Number of the autonomous system." }],
  ["source.domain_suffix", { type: "FQDN", description: "Public suffix of the name." }],
  ["source.fqdn", { type: "FQDN", regex: "^.*[^\\.]$", description: "Host name, without a final dot." }],
  [
    "source.geolocation.cc",
    { type: "UppercaseString", length: 2, regex: "^[a-zA-Z0-9]{2}$", description: "Country code, two letters." },
  ],
  ["source.geolocation.city", { type: "String", description: "City." }],
  ["source.geolocation.country", { type: "String", description: "Country name." }],
  [
    "source.geolocation.cymru_cc",
    { type: "UppercaseString", length: 2, regex: "^[a-zA-Z0-9]{2}$", description: "Country code by Team Cymru." },
  ],
  [
    "source.geolocation.geoip_cc",
    { type: "UppercaseString", length: 2, regex: "^[a-zA-Z0-9]{2}$", description: "Country code by MaxMind." },
  ],
  ["source.geolocation.latitude", { type: "Float", description: "Latitude in degrees." }],
  ["source.geolocation.longitude", { type: "Float", description: "Longitude in degrees." }],
  ["source.geolocation.region", { type: "String", description: "Region." }],
  ["source.geolocation.state", { type: "String", description: "State." }],
  ["source.ip", { type: "IPAddress", description: "IP address." }],
  ["source.local_hostname", { type: "String", description: "Host name in the local network." }],
  ["source.local_ip", { type: "IPAddress", description: "IP address in the local network." }],
  ["source.network", { type: "IPNetwork", description: "Network in CIDR notation." }],
  ["source.port", { type: "Integer", length: 5, description: "Port." }],
  ["source.registry", { type: "Registry", length: 7, description: "Regional internet registry." }],
  ["source.reverse_dns", { type: "FQDN", regex: "^.*[^\\.]$", description: "Name that the address resolves to." }],
  ["source.tor_node", { type: "Boolean", description: "Whether the address was a Tor exit node." }],
  ["source.url", { type: "URL", description: "URL." }],
  ["source.urlpath", { type: "String", description: "Path of a URL." }],
  ["status", { type: "String", description: "Status as the source tells it, such as online." }],
  ["time.observation", { type: "DateTime", description: "When it was collected." }],
  ["time.source", { type: "DateTime", description: "When it happened, as the source tells it." }],
  ["tlp", { type: "TLP", description: "Who may see it, by the Traffic Light Protocol." }],
]);

const reportFields = [
  "extra",
  "feed.accuracy",
  "feed.code",
  "feed.documentation",
  "feed.name",
  "feed.provider",
  "feed.url",
  "raw",
  "rtir_id",
  "time.observation",
];

/** What holds where there is no harmonization.conf. */
export const defaultHarmonization: Harmonization = {
  event,
  report: new Map([...event].filter(([name]) => reportFields.includes(name))),
};

/** Fields that versions after 3.3 have; a harmonization.conf may add them. */
export const laterFields: ReadonlyMap<string, FieldDefinition> = new Map<string, FieldDefinition>([
  ["constituency", { type: "String", description: "Name of the constituency in an installation with several." }],
  ["product.full_name", { type: "String", description: "Name of the product for people, such as openssh_/8.9." }],
  ["product.name", { type: "LowercaseString", description: "CPE product, such as openssh." }],
  ["product.vendor", { type: "LowercaseString", description: "CPE vendor, such as openbsd." }],
  ["product.version", { type: "LowercaseString", description: "CPE version, such as 8.9." }],
  [
    "product.vulnerabilities",
    { type: "LowercaseString", description: "Identifiers of vulnerabilities, separated by semicolons." },
  ],
  [
    "severity",
    {
      type: "LowercaseString",
      regex: "^(critical|high|medium|low|info|undefined)$",
      description: "How grave the source thinks it is.",
    },
  ],
]);
