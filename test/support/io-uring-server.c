/*
 * A server that accepts through io_uring alone, one request at a time, and closes what it accepts. It prints "listens" when it
 * waits for the first connection, and a line for each accepted one. Usage: io-uring-server PORT BACKLOG
 */
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **words) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(words[1]))};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, atoi(words[2]))) return 1;
  struct io_uring_params ring = {0};
  int fd = syscall(SYS_io_uring_setup, 4, &ring);
  if (fd < 0) return 77;
  char *submit = mmap(0, ring.sq_off.array + ring.sq_entries * 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
  char *complete = mmap(0, ring.cq_off.cqes + ring.cq_entries * sizeof(struct io_uring_cqe), PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_CQ_RING);
  struct io_uring_sqe *entries = mmap(0, ring.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
  for (unsigned accepted = 0;; accepted++) {
    unsigned *tail = (unsigned *)(submit + ring.sq_off.tail), place = *tail & (ring.sq_entries - 1);
    memset(&entries[place], 0, sizeof *entries);
    entries[place].opcode = IORING_OP_ACCEPT;
    entries[place].fd = listener;
    ((unsigned *)(submit + ring.sq_off.array))[place] = place;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, fd, 1, 0, 0, 0, 0) != 1) return 2;
    puts(accepted == 0 ? "listens" : "accepted");
    fflush(stdout);
    if (syscall(SYS_io_uring_enter, fd, 0, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0) return 3;
    unsigned *head = (unsigned *)(complete + ring.cq_off.head);
    struct io_uring_cqe *done = (struct io_uring_cqe *)(complete + ring.cq_off.cqes) + (*head & (ring.cq_entries - 1));
    if (done->res < 0) return 4;
    close(done->res);
    __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
  }
}
