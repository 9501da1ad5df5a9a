"""The pages of the platform: server-rendered, without script, one module per area."""
