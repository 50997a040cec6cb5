package org.mailcaravan.benchmark;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Map;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** What this process spends: time, CPU (threads of the JVM included) and bytes allocated, as its garbage collections tell. */
final class Costs {
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final long before;
    private long freed;
    private long collections;

    Costs() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener((told, back) -> collected(told), null, null);
        }
        before = counted();
    }

    private static long counted() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    record Spent(long nanoseconds, long cpuNanoseconds, long bytes) {}

    Spent begin() throws InterruptedException {
        long bytes = allocated();
        return new Spent(System.nanoTime(), system.getProcessCpuTime(), bytes);
    }

    Spent since(Spent begun) throws InterruptedException {
        long time = System.nanoTime() - begun.nanoseconds();
        long cpu = system.getProcessCpuTime() - begun.cpuNanoseconds();
        return new Spent(time, cpu, allocated() - begun.bytes());
    }

    private long allocated() throws InterruptedException {
        System.gc();
        long begun = counted() - before;
        synchronized (this) {
            while (collections < begun) {
                wait();
            }
            return freed
                    + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
    }

    private synchronized void collected(Notification told) {
        if (told.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            GcInfo info = GarbageCollectionNotificationInfo.from((CompositeData) told.getUserData())
                    .getGcInfo();
            freed += heap(info.getMemoryUsageBeforeGc()) - heap(info.getMemoryUsageAfterGc());
            collections++;
            notifyAll();
        }
    }

    private static long heap(Map<String, MemoryUsage> pools) {
        return pools.entrySet().stream()
                .filter(pool -> pool.getKey().matches(".*(Eden|Survivor|Old|Tenured).*"))
                .mapToLong(pool -> pool.getValue().getUsed())
                .sum();
    }
}
