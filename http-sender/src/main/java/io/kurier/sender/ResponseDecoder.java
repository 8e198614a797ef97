package io.kurier.sender;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import java.util.List;

/**
 * Decodes HTTP/1.1 responses, but only while one is expected: other bytes are skipped, and the connection does not return
 * to its pool. Bounded in what it keeps and in what it reads. Event loop only.
 */
final class ResponseDecoder extends HttpResponseDecoder {
    private static final int MAX_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    /** A header takes at least 100 bytes of memory, however short it is. */
    private static final int MAX_HEADERS = 100;

    private final Connection connection;

    ResponseDecoder(Connection connection) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEAD_BYTES)
                .setHeadersFactory(BoundedHeaders.FACTORY)
                .setTrailersFactory(BoundedHeaders.FACTORY));
        this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        if (connection.isAwaiting()) {
            int before = bytes.readableBytes();
            if (before > 0) {
                connection.responseBegins();
            }
            super.decode(context, bytes, out);
            connection.consumed(before - bytes.readableBytes());
        } else if (bytes.isReadable()) {
            bytes.skipBytes(bytes.readableBytes());
            connection.unsolicited();
        }
    }

    @Override
    protected HttpMessage createMessage(String[] line) {
        if (!line[0].startsWith("HTTP/1.") || line[1].length() != 3) {
            throw new IllegalArgumentException("expected a status line such as HTTP/1.1 200 OK");
        }
        return super.createMessage(line);
    }

    /** Bounds the number of headers; the limit in bytes allows thousands of one or two bytes. */
    private static final class BoundedHeaders extends DefaultHttpHeaders {
        private static final HttpHeadersFactory FACTORY = new HttpHeadersFactory() {
            @Override
            public HttpHeaders newHeaders() {
                return new BoundedHeaders();
            }

            @Override
            public HttpHeaders newEmptyHeaders() {
                return new BoundedHeaders();
            }
        };

        private int added;

        @Override
        public HttpHeaders add(CharSequence name, Object value) {
            if (++added > MAX_HEADERS) {
                throw new TooLongHttpHeaderException("the response has more than " + MAX_HEADERS + " headers");
            }
            return super.add(name, value);
        }
    }
}
