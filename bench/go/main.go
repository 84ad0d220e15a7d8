// The same work with Go's own goroutines and channels.
//
// It is started as `bench WORKLOAD COUNT ARGUMENTS…`, warms up, and then speaks as harness/child.js does: a line of JSON with
// its count, and for each line it reads one repetition and a line with what was measured.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

func increment(n int) int { return n + 1 }
func isKept(n int) bool   { return n%3 != 0 }
func double(n int) int    { return n * 2 }

func inOrder(total, value int) int { return (total*31 + value) % 1_000_003 }

func produce(ch chan<- int, from, to int) {
	for i := from; i < to; i++ {
		ch <- i
	}
}

func sum(ch <-chan int) int {
	total := 0
	for value := range ch {
		total += value
	}
	return total
}

func numbers(n, capacity int) chan int {
	ch := make(chan int, capacity)
	go func() {
		produce(ch, 0, n)
		close(ch)
	}()
	return ch
}

func channels(n, capacity int) []chan int {
	list := make([]chan int, n)
	for i := range list {
		list[i] = make(chan int, capacity)
	}
	return list
}

// A select statement has its cases in the source: all are written out.
func selectOver(list []chan int) func() int {
	switch len(list) {
	case 2:
		a, b := list[0], list[1]
		return func() (v int) {
			select {
			case v = <-a:
			case v = <-b:
			}
			return
		}
	case 8:
		a, b, c, d, e, f, g, h := list[0], list[1], list[2], list[3], list[4], list[5], list[6], list[7]
		return func() (v int) {
			select {
			case v = <-a:
			case v = <-b:
			case v = <-c:
			case v = <-d:
			case v = <-e:
			case v = <-f:
			case v = <-g:
			case v = <-h:
			}
			return
		}
	}
	return func() int { return select64(list) }
}

func selectReady(n, cases int) int {
	list := channels(cases, 1)
	next := selectOver(list)
	total := 0
	for i := 0; i < n; i++ {
		list[i%cases] <- i
		total += next()
	}
	return total
}

func selectWaits(n, cases int) int {
	list := channels(cases, 0)
	next := selectOver(list)
	go func() {
		for i := 0; i < n; i++ {
			list[i%cases] <- i
		}
	}()
	total := 0
	for i := 0; i < n; i++ {
		total += next()
	}
	return total
}

func fan(n, width int) int {
	ch := make(chan int)
	sums := make(chan int)
	done := make(chan bool)
	share := n / width
	for i := 0; i < width; i++ {
		from := i * share
		go func() { sums <- sum(ch) }()
		go func() {
			produce(ch, from, from+share)
			done <- true
		}()
	}
	for i := 0; i < width; i++ {
		<-done
	}
	close(ch)
	total := 0
	for i := 0; i < width; i++ {
		total += <-sums
	}
	return total
}

func stage(from <-chan int, each func(value int, to chan<- int)) <-chan int {
	to := make(chan int)
	go func() {
		for value := range from {
			each(value, to)
		}
		close(to)
	}()
	return to
}

func stages(n int) int {
	more := stage(numbers(n, 0), func(value int, to chan<- int) { to <- increment(value) })
	kept := stage(more, func(value int, to chan<- int) {
		if isKept(value) {
			to <- value
		}
	})
	return sum(stage(kept, func(value int, to chan<- int) { to <- double(value) }))
}

func daisy(n int, built func()) int {
	last := make(chan int)
	left := last
	for i := 0; i < n; i++ {
		right := make(chan int)
		go func(from, to chan int) { to <- increment(<-from) }(right, left)
		left = right
	}
	built()
	left <- 0
	return <-last
}

// Results in order: each value has a channel for its result, and those wait in a queue as long as there may be calls.
func ordered(n, size int, f func(int) int) int {
	results := make(chan chan int, size)
	go func() {
		for i := 0; i < n; i++ {
			result := make(chan int, 1)
			results <- result
			go func(i int) { result <- f(i) }(i)
		}
		close(results)
	}()
	total := 0
	for result := range results {
		total = inOrder(total, <-result)
	}
	return total
}

func busy(microseconds int) {
	until := time.Now().Add(time.Duration(microseconds) * time.Microsecond)
	for time.Now().Before(until) {
	}
}

// Two goroutines that compute, as many as there are worker threads elsewhere.
func parallel(n, microseconds, threads int) int {
	type job struct {
		value  int
		result chan int
	}
	jobs := make(chan job)
	results := make(chan chan int, 2*threads)
	for i := 0; i < threads; i++ {
		go func() {
			for j := range jobs {
				busy(microseconds)
				j.result <- increment(j.value)
			}
		}()
	}
	go func() {
		for i := 0; i < n; i++ {
			result := make(chan int, 1)
			results <- result
			jobs <- job{i, result}
		}
		close(jobs)
		close(results)
	}()
	total := 0
	for result := range results {
		total = inOrder(total, <-result)
	}
	return total
}

func dup(n, taps int) int {
	list := channels(taps, 0)
	sums := make(chan int)
	for _, ch := range list {
		ch := ch
		go func() { sums <- sum(ch) }()
	}
	for value := range numbers(n, 0) {
		for _, ch := range list {
			ch <- value
		}
	}
	total := 0
	for _, ch := range list {
		close(ch)
		total += <-sums
	}
	return total
}

func pub(n, topics int) int {
	list := channels(topics, 0)
	sums := make(chan int)
	for _, ch := range list {
		ch := ch
		go func() { sums <- sum(ch) }()
	}
	for value := range numbers(n, 0) {
		list[value%topics] <- value
	}
	total := 0
	for _, ch := range list {
		close(ch)
		total += <-sums
	}
	return total
}

// How late the worst timer of 1 ms is while a loop runs, in ms.
func lateness(duration, work int) float64 {
	stop := make(chan bool)
	worst := make(chan float64)
	go func() {
		late := 0.0
		for {
			start := time.Now()
			time.Sleep(time.Millisecond)
			over := float64(time.Since(start).Nanoseconds())/1e6 - 1
			if over > late {
				late = over
			}
			select {
			case <-stop:
				worst <- late
				return
			default:
			}
		}
	}()
	ch := make(chan int, 16)
	start := time.Now()
	go func() {
		for time.Since(start) < time.Duration(duration)*time.Millisecond {
			ch <- 1
		}
		close(ch)
	}()
	for range ch {
		if work > 0 {
			busy(work)
		}
	}
	close(stop)
	return <-worst
}

func number(i int) int {
	if i >= len(os.Args) {
		return 0
	}
	n, _ := strconv.Atoi(os.Args[i])
	return n
}

func held() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc + stats.StackInuse
}

func main() {
	operation, count, a := os.Args[1], number(2), number(4)
	built := func() {}
	work := func(n int) int {
		switch operation {
		case "rendezvous":
			return sum(numbers(n, 0))
		case "buffer", "drain":
			return sum(numbers(n, number(3)))
		case "selectReady":
			return selectReady(n, number(3))
		case "selectWaits":
			return selectWaits(n, number(3))
		case "fan":
			return fan(n, number(3))
		case "stages":
			return stages(n)
		case "daisy":
			return daisy(n, built)
		case "map":
			if os.Args[3] == "once" {
				return ordered(n, a, increment)
			}
			return ordered(n, a, func(i int) int {
				time.Sleep(time.Millisecond)
				return increment(i)
			})
		case "parallel":
			return parallel(n, number(3), a)
		case "dup":
			return dup(n, number(3))
		case "pub":
			return pub(n, number(3))
		}
		fmt.Printf("{\"failed\": \"no operation %s\"}\n", operation)
		os.Exit(1)
		return 0
	}
	bytes := uint64(0)
	if operation == "daisy" {
		before := held()
		built = func() { bytes = (held() - before) / uint64(count) }
		work(count)
		built = func() {}
	}
	if operation != "loop" {
		for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
			work(count)
		}
	}
	fmt.Printf("{\"count\": %d, \"bytes\": %d}\n", count, bytes)
	spent := 0.0
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		start := time.Now()
		if operation == "loop" {
			late := lateness(count, number(3))
			fmt.Printf("{\"value\": %f, \"ms\": %d}\n", late, count)
			continue
		}
		if os.Getenv("GROWS") != "" {
			work(count)
			once := time.Since(start)
			start = time.Now()
			work(count * 10)
			tenfold := time.Since(start)
			fmt.Printf("{\"value\": %f, \"ms\": %d}\n", float64(tenfold)/10/float64(once), (once + tenfold).Milliseconds())
			continue
		}
		// As in harness/child.js, one that is not counted.
		if spent < 50e6 {
			work(count)
		}
		result := 0
		times, _ := strconv.Atoi(os.Getenv("TIMES"))
		start = time.Now()
		for i := 0; i < times; i++ {
			result = work(count)
		}
		spent = float64(time.Since(start).Nanoseconds())
		fmt.Printf("{\"value\": %f, \"ms\": %f, \"result\": %d}\n", spent/float64(count*times), spent/1e6, result)
	}
}
