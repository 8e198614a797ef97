package io.kurier.sender;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.SimpleChannelInboundHandler;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the proxy for a tunnel and leaves the pipeline once it is open. The proxy's own words are not repeated in results,
 * because they may name internal hosts or credentials. Event loop only.
 */
final class ProxyTunnel extends SimpleChannelInboundHandler<ByteBuf> {
    private static final int MAX_HEAD_BYTES = 8 * 1024;
    private static final String BEGIN = "HTTP/1.";
    private static final String END = "\r\n\r\n";
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( [^\r\n]*)?");

    private final byte[] request;
    private final Runnable onOpen;
    private final Consumer<String> onRefusal;
    private final Consumer<String> onUnreachable;
    private final StringBuilder head = new StringBuilder();
    private boolean over;

    /**
     * Exactly one of the callbacks runs, once. The caller closes a connection that was refused.
     *
     * @param request the CONNECT request in bytes
     * @param onOpen the tunnel is open
     * @param onRefusal the proxy cannot be used; gets the reason
     * @param onUnreachable the proxy could not reach the receiver; gets the reason
     */
    ProxyTunnel(byte[] request, Runnable onOpen, Consumer<String> onRefusal, Consumer<String> onUnreachable) {
        this.request = request;
        this.onOpen = onOpen;
        this.onRefusal = onRefusal;
        this.onUnreachable = onUnreachable;
    }

    /** The reason why the proxy could not be connected to, without its address. */
    static String unreachable(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return "no connection to the proxy within KURIER_CONNECT_TIMEOUT";
        }
        return cause instanceof ConnectException ? "the proxy refuses connections" : "the proxy cannot be reached";
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.writeAndFlush(context.alloc().ioBuffer(request.length).writeBytes(request));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
        if (over) {
            return;
        }
        int seen = head.length();
        int take = Math.min(bytes.readableBytes(), MAX_HEAD_BYTES - seen);
        head.append(bytes.toString(bytes.readerIndex(), take, StandardCharsets.ISO_8859_1));
        int end = head.indexOf(END, Math.max(0, seen - END.length() + 1));
        if (end >= 0) {
            // the receiver cannot have sent anything before the request
            boolean more = end + END.length() < head.length() || take < bytes.readableBytes();
            ends(context, end, more);
        } else if (!BEGIN.startsWith(head.substring(0, Math.min(head.length(), BEGIN.length())))) {
            refused("the proxy's response is not HTTP/1");
        } else if (head.length() == MAX_HEAD_BYTES) {
            refused("the head of the proxy's response does not end within " + MAX_HEAD_BYTES + " bytes");
        }
    }

    private void ends(ChannelHandlerContext context, int end, boolean more) {
        Matcher line = STATUS_LINE.matcher(head.substring(0, Math.min(end, head.indexOf("\r\n"))));
        if (!line.matches()) {
            refused("the proxy's response is not HTTP/1");
        } else if (line.group(1).startsWith("5")) {
            over = true;
            onUnreachable.accept("the proxy responded with status " + line.group(1));
        } else if (!line.group(1).equals("200")) {
            refused("the proxy responded with status " + line.group(1));
        } else if (more) {
            refused("the proxy sent bytes after its response");
        } else {
            over = true;
            context.pipeline().remove(this);
            onOpen.run();
        }
    }

    private void refused(String why) {
        if (!over) {
            over = true;
            onRefusal.accept(why);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        refused("the proxy closed the connection before the end of its response");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        refused("the connection to the proxy broke");
    }
}
