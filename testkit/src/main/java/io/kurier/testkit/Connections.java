package io.kurier.testkit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The connections of one receiver: sets up new ones, counts them and closes them. */
final class Connections extends ChannelInitializer<Channel> {
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicLong accepted = new AtomicLong();
    private final @Nullable SslContext tls;
    private final LongFunction<Connection> handlers;
    private volatile ScriptedReceiver.Welcome welcome = ScriptedReceiver.Welcome.SERVE;
    private volatile boolean down;

    Connections(@Nullable SslContext tls, LongFunction<Connection> handlers) {
        this.tls = tls;
        this.handlers = handlers;
    }

    @Override
    public boolean isSharable() {
        return true;
    }

    @Override
    protected void initChannel(Channel channel) {
        open.add(channel);
        long id = accepted.incrementAndGet();
        switch (down ? ScriptedReceiver.Welcome.RESET : welcome) {
            case RESET -> channel.eventLoop().execute(() -> AnswerWriter.reset(channel));
            case CLOSE -> channel.eventLoop().execute(channel::close);
            case IGNORE -> channel.config().setAutoRead(false);
            case SERVE -> serve(channel, id);
        }
    }

    /** Has no encoder: answers are plain bytes, so that they can be malformed. */
    private void serve(Channel channel, long id) {
        if (tls != null) {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        }
        channel.pipeline().addLast(new HttpRequestDecoder()).addLast(handlers.apply(id));
    }

    void welcome(ScriptedReceiver.Welcome next) {
        welcome = next;
    }

    /** Runs the action for each open connection, on its event loop. */
    void forEach(BiConsumer<Connection, ChannelHandlerContext> action) {
        for (Channel channel : open) {
            channel.eventLoop().execute(() -> {
                Connection connection = channel.pipeline().get(Connection.class);
                ChannelHandlerContext context = channel.pipeline().context(Connection.class);
                if (connection != null && context != null) {
                    action.accept(connection, context);
                }
            });
        }
    }

    /** Resets connections too that were accepted but not set up yet. */
    void goDown() {
        down = true;
        for (Channel channel : open) {
            channel.eventLoop().submit(() -> AnswerWriter.reset(channel)).syncUninterruptibly();
        }
    }

    void comeBack() {
        down = false;
    }

    void closeAll() {
        open.close().awaitUninterruptibly();
    }

    int open() {
        return open.size();
    }

    long accepted() {
        return accepted.get();
    }
}
