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
    private long freed;
    private long collections;

    Costs() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener((told, back) -> collected(told), null, null);
        }
    }

    /** So much until now. */
    record Spent(long nanoseconds, long cpuNanoseconds, long bytes) {
        Spent since(Spent before) {
            return new Spent(
                    nanoseconds - before.nanoseconds, cpuNanoseconds - before.cpuNanoseconds, bytes - before.bytes);
        }
    }

    Spent now() throws InterruptedException {
        long time = System.nanoTime();
        long cpu = system.getProcessCpuTime();
        return new Spent(time, cpu, allocated());
    }

    private long allocated() throws InterruptedException {
        System.gc();
        long begun = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
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
