// A Kafka client in Go: franz-go, whose producers are idempotent by default, with AWS's signer. It writes a record, reads it,
// and prints the result as JSON.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-msk-iam-sasl-signer-go/signer"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
)

const count = 20

type job struct {
	Brokers    []string `json:"brokers"`
	CaFile     string   `json:"ca_file"`
	Topic      string   `json:"topic"`
	Group      string   `json:"group"`
	Idempotent bool     `json:"idempotent"`
}

type outcome struct {
	Delivered int    `json:"delivered"`
	Read      int    `json:"read"`
	Error     string `json:"error"`
}

func main() {
	var given job
	must(json.NewDecoder(os.Stdin).Decode(&given))
	must(json.NewEncoder(os.Stdout).Encode(run(given)))
}

func run(given job) outcome {
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	ca, err := os.ReadFile(given.CaFile)
	must(err)
	authority := x509.NewCertPool()
	authority.AppendCertsFromPEM(ca)
	token := func(ctx context.Context) (oauth.Auth, error) {
		value, _, err := signer.GenerateAuthToken(ctx, os.Getenv("AWS_REGION"))
		return oauth.Auth{Token: value}, err
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(given.Brokers...),
		kgo.DialTLSConfig(&tls.Config{RootCAs: authority, MinVersion: tls.VersionTLS12}),
		kgo.SASL(oauth.Oauth(token)),
		kgo.RecordDeliveryTimeout(20 * time.Second),
		kgo.ConsumeTopics(given.Topic),
		kgo.ConsumerGroup(given.Group),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	}
	if !given.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	client, err := kgo.NewClient(options...)
	must(err)
	defer client.Close()
	result := outcome{}
	for i := range count {
		record := &kgo.Record{Topic: given.Topic, Value: fmt.Appendf(nil, "from go %d", i)}
		if err := client.ProduceSync(ctx, record).FirstErr(); err != nil {
			result.Error = nameOf(err)
			return result
		}
		result.Delivered++
	}
	for result.Read < count && ctx.Err() == nil {
		result.Read += client.PollFetches(ctx).NumRecords()
	}
	return result
}

func nameOf(err error) string {
	var told *kerr.Error
	if errors.As(err, &told) {
		return told.Message
	}
	return err.Error()
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
