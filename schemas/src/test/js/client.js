// node client.js encode REGISTRY SUBJECT SCHEMA PAYLOAD -> hex of the framed record; bytes are given as {"$text": "..."}
// node client.js decode REGISTRY HEX -> JSON of the record; bytes become text
const { SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry')

async function main([what, host, ...rest]) {
  const registry = new SchemaRegistry({ host })
  if (what === 'encode') {
    const [subject, schema, payload] = rest
    const { id } = await registry.register({ type: SchemaType.AVRO, schema }, { subject })
    const value = JSON.parse(payload, (key, found) => (found && found.$text ? Buffer.from(found.$text) : found))
    return (await registry.encode(id, value)).toString('hex')
  }
  const value = await registry.decode(Buffer.from(rest[0], 'hex'))
  return JSON.stringify({ ...value }, (key, found) =>
    found && found.type === 'Buffer' ? Buffer.from(found.data).toString() : found)
}

main(process.argv.slice(2)).then(
  text => process.stdout.write(text),
  error => {
    console.error(error)
    process.exit(1)
  },
)
