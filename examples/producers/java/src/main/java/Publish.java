import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes one model call to inference-logs. */
public final class Publish {
  private static final String TOPIC = "inference-logs";

  /** A schema as the registry knows it: Flywheel's, looked up and never registered. */
  private record Registered(int id, Schema schema) {}

  private static String setting(String name, String fallback) {
    return System.getenv().getOrDefault(name, fallback);
  }

  private static Registered latestSchema() throws Exception {
    String registry = setting("REGISTRY_URL", "http://127.0.0.1:8081");
    URI uri = URI.create(registry + "/subjects/" + TOPIC + "-value/versions/latest");
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) throw new IllegalStateException(answer.body());
    JsonNode latest = new ObjectMapper().readTree(answer.body());
    return new Registered(
        latest.get("id").asInt(), new Schema.Parser().parse(latest.get("schema").asText()));
  }

  private static GenericRecord call(Schema schema, String requestId) throws Exception {
    Map<String, Object> message = Map.of("role", "user", "content", "Say hello to Java.");
    Map<String, Object> answer = Map.of("role", "assistant", "content", "Hello, Java!");
    ObjectMapper json = new ObjectMapper();
    return new GenericRecordBuilder(schema)
        .set("requestId", requestId)
        .set("sessionId", "session-1")
        .set("client", "example-java")
        .set("workload", "greetings")
        .set("eventTimeMs", System.currentTimeMillis())
        .set(
            "request",
            json.writeValueAsString(
                Map.of("model", "gpt-4o", "messages", new Object[] {message})))
        .set(
            "response",
            json.writeValueAsString(
                Map.of(
                    "choices", new Object[] {Map.of("message", answer)},
                    "usage", Map.of("prompt_tokens", 12, "completion_tokens", 5))))
        .set("model", "gpt-4o")
        .set("servedBy", "production")
        .set("promptTokens", 12L)
        .set("completionTokens", 5L)
        .set("latencyMs", 420.0)
        .set("status", 200)
        .set("finishReason", "stop")
        .build();
  }

  /** Confluent's wire format: a zero, the schema's id in four bytes, the Avro value. */
  private static byte[] encode(Registered registered, GenericRecord value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream head = new DataOutputStream(bytes);
    head.writeByte(0);
    head.writeInt(registered.id());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(registered.schema(), GenericData.get())
        .write(value, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  public static void main(String[] arguments) throws Exception {
    Registered registered = latestSchema();
    String requestId = UUID.randomUUID().toString();
    byte[] value = encode(registered, call(registered.schema(), requestId));
    Properties settings = new Properties();
    settings.put(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, setting("KAFKA_BROKERS", "127.0.0.1:9092"));
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "example-java");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      RecordMetadata sent =
          producer.send(new ProducerRecord<>(TOPIC, requestId, value)).get();
      System.out.printf(
          "published %s to %s/%d/%d%n", requestId, TOPIC, sent.partition(), sent.offset());
    }
  }
}
